import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { readNumber } from '../../dialects/qemu/lower/read.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { complete } from '../../guest/collection.ts';
import { cpusOf, findNode, sizeOf } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { formatBytes } from '../../values/byteSize.ts';
import { defineRule, type QemuContext, type Report } from '../define.ts';
import { stop } from '../numa/wording.ts';

/** include/sysemu/numa.h: MAX_NODES. */
const MOST_NODES = 128;

export default defineRule({
  name: 'generic-initiator',
  reads: 'qemu',
  topic: 'affinity',
  severity: 'error',
  summary: 'A device is made the only one of a guest node that is not there, or has more in it.',
  sources: [
    {
      title: 'QEMU: acpi-generic-initiator: Specified node is invalid',
      ref: 'hw/acpi/pci.c: build_acpi_generic_initiator',
    },
    { title: 'ACPI: Generic Initiator Affinity Structure', ref: 'ACPI 6.3, section 5.2.16.6' },
  ],
  since: '0.1.0',
  check(context) {
    for (const option of optionsNamed(context.line, 'object')) {
      if (option.makes !== 'acpi-generic-initiator') continue;
      const found = nodeFault(context, option) ?? deviceFault(context, option) ?? nodeInUse(context, option);
      if (found) context.report({ about: option, ...found });
    }
  },
});

type Found = Omit<Report, 'about'>;

const refuse = (fact: string, refusal: string): string =>
  stop(`${fact}: QEMU stops with "acpi-generic-initiator: ${refusal}"`);

function nodeFault({ guest, line }: QemuContext, option: Option): Found | undefined {
  const node = readNumber(option.value('node'));
  if (!isKnown(node)) return undefined;
  const { value, span: at } = node;
  if (value >= MOST_NODES)
    return { message: refuse(`There can be no guest node ${value}`, 'Invalid NUMA node specified'), at };
  const nodes = complete(guest.nodes);
  if (!nodes || line.openedBy.length > 0 || nodes.length === 0 || value < nodes.length) return undefined;
  return {
    message: refuse(`The guest has no node ${value}`, `Specified node ${value} is invalid.`),
    at,
    fixes: [
      {
        title: `Add guest node ${nodes.length} for it`,
        applicability: 'suggestion',
        changes: [
          { op: 'add-option', words: ['-numa', `node,nodeid=${nodes.length}`], after: lastNuma(line) },
          { op: 'set-property', option, key: 'node', text: String(nodes.length) },
        ],
      },
    ],
  };
}

const lastNuma = (line: QemuContext['line']): Option => optionsNamed(line, 'numa').at(-1)!;

/** QEMU looks for the device when it writes the table of the nodes, and without nodes there is no such table. */
function deviceFault({ line }: QemuContext, option: Option): Found | undefined {
  if (optionsNamed(line, 'numa').length === 0) return undefined;
  const device = option.value('pci-dev');
  if (!isKnown(device) || line.openedBy.length > 0) return undefined;
  const devices = optionsNamed(line, 'device');
  const ids = devices.map((each) => each.value('id'));
  const named = ids.some((id) => id.state === 'unknown' || effective(id) === device.value);
  if (named || device.value.includes('/')) return undefined;
  return {
    message: refuse(`No -device has the id ${device.value}`, 'Specified device must be a PCI device.'),
    at: device.span,
  };
}

/** The guest then takes the device for one more of those that use the node's memory, which is not what it is for. */
function nodeInUse({ guest }: QemuContext, option: Option): Found | undefined {
  const node = readNumber(option.value('node'));
  const found = isKnown(node) ? findNode(guest.nodes, node.value) : undefined;
  if (!isKnown(node) || found?.state !== 'found') return undefined;
  const cpus = cpusOf(found.item);
  const size = sizeOf(found.item);
  const has = [
    ...(cpus && !cpus.isEmpty ? ['vCPUs'] : []),
    ...(size !== undefined && size > 0n ? [formatBytes(size)] : []),
  ];
  if (has.length === 0) return undefined;
  return {
    severity: 'warning',
    message:
      `Guest node ${node.value} has ${has.join(' and ')}, and a generic initiator is for a node of its own, which the driver of the device ` +
      'fills with its memory. The device itself is not put on the node: behind a pxb-pcie with numa_node= it would be.',
    at: node.span,
  };
}
