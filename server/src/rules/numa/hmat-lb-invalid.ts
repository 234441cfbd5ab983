import type { Change } from '../../dialects/change.ts';
import type { CommandLine } from '../../dialects/qemu/commandLine.ts';
import { readBytes, readNumber } from '../../dialects/qemu/lower/read.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { effective, isKnown } from '../../guest/value.ts';
import type { Span } from '../../text/span.ts';
import { MiB, qemuSize } from '../../values/byteSize.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { hasHmat, numaOptions, removal } from './hmat.ts';

export default defineRule({
  name: 'hmat-lb-invalid',
  reads: 'qemu',
  topic: 'numa',
  severity: 'error',
  summary:
    'A latency or bandwidth between guest nodes is given for nodes, or in a way, that QEMU does not take.',
  sources: [{ title: 'QEMU: -numa hmat-lb', ref: 'hw/core/numa.c: parse_numa_hmat_lb' }],
  since: '0.1.0',
  check(context) {
    const { line, report } = context;
    if (!hasHmat(line)) return;
    const given = new Map<string, Option>();
    for (const option of numaOptions(line, 'hmat-lb')) {
      const fault = nodeFault(context, option) ?? valueFault(option) ?? repetition(option, given);
      if (!fault) continue;
      const { fact, refusal, at, fixes = [removal(option)], related = [] } = fault;
      report({ message: `${fact}: QEMU stops with "${refusal}".`, at, about: option, fixes, related });
    }
  },
});

interface Fault {
  readonly fact: string;
  readonly refusal: string;
  readonly at: Span;
  readonly fixes?: readonly Fix[];
  readonly related?: readonly { readonly span: Span; readonly message: string }[];
}

/** QEMU reads -numa options in their order, so that only what stands before counts. */
function nodeFault({ guest, line, sources }: QemuContext, option: Option): Fault | undefined {
  if (line.openedBy.length > 0) return undefined;
  const before = guest.nodes.items.filter((node) => isBefore(line, sources.get(node), option));
  if (before.some(({ id }) => effective(id) === undefined)) return undefined;
  const count = before.length;
  const initiator = readNumber(option.value('initiator'));
  if (isKnown(initiator)) {
    const { value, span } = initiator;
    if (value > count) {
      return {
        fact: `There is no guest node ${value} up to here`,
        refusal: `Invalid initiator=${value}, it should be less than ${count}`,
        at: span,
      };
    }
    const node = before.find(({ id }) => effective(id) === value);
    const assigned = numaOptions(line, 'cpu').some((cpu) => isBefore(line, cpu, option));
    if (!assigned && !isGenericInitiator(line) && (!node || node.cpus.length === 0)) {
      return {
        fact: `Guest node ${value} has no vCPUs up to here, so nothing starts from it`,
        refusal: `Invalid initiator=${value}, it isn't an initiator proximity domain`,
        at: span,
      };
    }
  }
  const target = readNumber(option.value('target'));
  if (!isKnown(target) || before.some(({ id }) => effective(id) === target.value)) return undefined;
  return {
    fact: `There is no guest node ${target.value} up to here`,
    refusal:
      target.value > count
        ? `Invalid target=${target.value}, it should be less than ${count}`
        : `The target=${target.value} should point to an existing node`,
    at: target.span,
  };
}

const isBefore = (line: CommandLine, one: Option | undefined, other: Option): boolean =>
  one !== undefined && line.options.indexOf(one) < line.options.indexOf(other);

/** Devices can be initiators, too, since 9.0; which node they are on is settled later. */
const isGenericInitiator = (line: CommandLine): boolean =>
  line.options.some(({ name, head }) => name === 'object' && effective(head) === 'acpi-generic-initiator');

function valueFault(option: Option): Fault | undefined {
  const type = option.says('data-type');
  if (type === undefined || option.open) return undefined;
  const kind = kindOf(type);
  if (!kind) return undefined;
  const other = kind === 'latency' ? 'bandwidth' : 'latency';
  const wrong = option.find(other);
  const remove: Change[] = wrong ? [{ op: 'remove-property', option, property: wrong }] : [];
  if (!option.find(kind)) {
    const meant = type.replace(kind, other);
    return {
      fact: `data-type=${type} is a ${kind}, and ${wrong ? `a ${other} is given` : 'none is given'}`,
      refusal: `Missing '${kind}' option`,
      at: (wrong ?? option.find('data-type'))!.span,
      ...(wrong
        ? {
            fixes: [
              {
                title: `Make it data-type=${meant}`,
                applicability: 'suggestion',
                changes: [{ op: 'set-property', option, key: 'data-type', text: meant }],
              },
            ],
          }
        : {}),
    };
  }
  if (wrong) {
    return {
      fact: `data-type=${type} is a ${kind}, and a ${other} is given besides`,
      refusal: `Invalid option '${other}' since the data type is ${kind}`,
      at: wrong.span,
      fixes: [{ title: `Remove ${other}`, applicability: 'suggestion', changes: remove }],
    };
  }
  const bandwidth = readBytes(option.value('bandwidth'));
  if (!isKnown(bandwidth) || bandwidth.value % MiB === 0n) return undefined;
  const rounded = qemuSize((bandwidth.value / MiB + 1n) * MiB);
  const nodes = `initiator=${option.says('initiator')} and target=${option.says('target')}`;
  return {
    fact: `Bandwidths are whole mebibytes a second, and this is ${bandwidth.value} bytes`,
    refusal: `Bandwidth ${bandwidth.value} between ${nodes} should be 1MB aligned`,
    at: bandwidth.span,
    fixes: [
      {
        title: `Write ${rounded}`,
        applicability: 'suggestion',
        changes: [{ op: 'set-property', option, key: 'bandwidth', text: rounded }],
      },
    ],
  };
}

const kindOf = (type: string): 'latency' | 'bandwidth' | undefined =>
  /^(access|read|write)-(latency|bandwidth)$/.exec(type)?.[2] as 'latency' | 'bandwidth' | undefined;

function repetition(option: Option, given: Map<string, Option>): Fault | undefined {
  const values = ['initiator', 'target', 'hierarchy', 'data-type'].map((key) => option.says(key));
  if (values.includes(undefined)) return undefined;
  const key = values.join();
  const first = given.get(key);
  const kind = kindOf(values[3]!);
  if (!first || !kind) {
    given.set(key, option);
    return undefined;
  }
  return {
    fact: `The ${values[3]} from node ${values[0]} to node ${values[1]} is given already`,
    refusal: `Duplicate configuration of the ${kind} for initiator=${values[0]} and target=${values[1]}`,
    at: option.head.state === 'known' ? option.head.span : option.span,
    related: [{ span: first.span, message: 'The first time.' }],
  };
}
