import type { Grammar } from '../../../catalogue/schema/grammar.ts';
import { expectedOf } from '../../../catalogue/schema/leaves.ts';
import type { ElementPattern, Pattern } from '../../../catalogue/schema/pattern.ts';
import { requiredAttributes, requiredContent } from '../../../catalogue/schema/required.ts';

/** Elements as most people want them, where the schema leaves too much open. See fill(). */
const KNOWN: Readonly<Record<string, string>> = {
  'domain/clock': "<clock offset='{utc}'/>",
  'domain/cpu': "<cpu mode='{host-passthrough}'/>",
  'domain/currentMemory': "<currentMemory unit='{GiB}'>{4}</currentMemory>",
  'domain/memory': "<memory unit='{GiB}'>{4}</memory>",
  'domain/memoryBacking': '<memoryBacking>\n  <hugepages/>\n</memoryBacking>',
  'domain/numatune': "<numatune>\n  <memory mode='strict' nodeset='{0}'/>\n</numatune>",
  'domain/os': "<os>\n  <type arch='{x86_64}' machine='{q35}'>hvm</type>\n  <boot dev='{hd}'/>\n</os>",
  'domain/vcpu': "<vcpu placement='static'>{4}</vcpu>",
  'cpu/numa': "<numa>\n  <cell id='0' cpus='{0-3}' memory='{4}' unit='GiB'/>\n</numa>",
  'cpu/topology': "<topology sockets='{1}' dies='{1}' cores='{4}' threads='{1}'/>",
  'numa/cell': "<cell id='{0}' cpus='{0-3}' memory='{4}' unit='GiB'/>",
  'devices/channel':
    "<channel type='unix'>\n  <target type='virtio' name='{org.qemu.guest_agent.0}'/>\n</channel>",
  'devices/console': "<console type='pty'/>",
  'devices/controller': "<controller type='{pci}' index='{1}' model='{pcie-root-port}'/>",
  'devices/disk':
    "<disk type='file' device='disk'>\n  <driver name='qemu' type='{qcow2}'/>\n" +
    "  <source file='{/var/lib/libvirt/images/guest.qcow2}'/>\n  <target dev='{vda}' bus='virtio'/>\n</disk>",
  'devices/filesystem':
    "<filesystem type='mount'>\n  <driver type='virtiofs'/>\n  <source dir='{/srv/shared}'/>\n  <target dir='{shared}'/>\n</filesystem>",
  'devices/hostdev':
    "<hostdev mode='subsystem' type='pci' managed='yes'>\n  <source>\n" +
    "    <address domain='{0x0000}' bus='{0x01}' slot='{0x00}' function='{0x0}'/>\n  </source>\n</hostdev>",
  'devices/interface':
    "<interface type='network'>\n  <source network='{default}'/>\n  <model type='virtio'/>\n</interface>",
  'devices/memory':
    "<memory model='dimm'>\n  <target>\n    <size unit='GiB'>{4}</size>\n    <node>{0}</node>\n  </target>\n</memory>",
  'devices/rng': "<rng model='virtio'>\n  <backend model='random'>/dev/urandom</backend>\n</rng>",
  'devices/serial': "<serial type='pty'/>",
  'devices/tpm': "<tpm model='tpm-crb'>\n  <backend type='emulator' version='2.0'/>\n</tpm>",
  'devices/video': "<video>\n  <model type='{virtio}'/>\n</video>",
  'devices/graphics': "<graphics type='{vnc}' autoport='yes'/>",
};

const MAX_DEPTH = 3;

/** An element with all that it cannot do without, as a template for fill(). */
export function skeleton(grammar: Grammar, parent: string, name: string, pattern: ElementPattern): string {
  const known = `${parent}/${name}`;
  if (Object.hasOwn(KNOWN, known)) return KNOWN[known]!;
  return lines(grammar, name, pattern, 0).join('\n');
}

function lines(grammar: Grammar, name: string, { content }: ElementPattern, depth: number): string[] {
  const { deriver } = grammar;
  const leaves = deriver.leavesOf(content);
  const attributes = requiredAttributes(content).map(
    (attribute) => ` ${attribute}='{${firstValue(leaves.attributes(attribute))}}'`,
  );
  const start = `<${name}${attributes.join('')}`;
  const required = requiredContent(deriver.forgivingAttributes(content));
  const inner = required.flatMap((leaf) =>
    leaf.kind === 'element' && leaf.name !== undefined && depth < MAX_DEPTH
      ? lines(grammar, leaf.name, leaf, depth + 1)
      : [],
  );
  if (inner.length > 0) return [`${start}>`, ...inner.map((line) => `  ${line}`), `</${name}>`];
  const texts = leaves.texts.filter(({ type }) => type !== undefined);
  const hasElements = !isEmpty(leaves.elementNames);
  if (texts.length > 0 || (!hasElements && leaves.texts.length > 0)) {
    return [`${start}>{${firstValue(texts)}}</${name}>`];
  }
  const hasAttributes = !isEmpty(leaves.attributeNames);
  if (hasElements && !hasAttributes) return [`${start}>`, '  {}', `</${name}>`];
  return [hasAttributes && attributes.length === 0 ? `${start} {}/>` : `${start}/>`];
}

const isEmpty = (names: Iterable<string>): boolean => [...names].length === 0;

const firstValue = (patterns: readonly Pattern[]): string => {
  const { values, words } = expectedOf(patterns);
  return words.length > 0 && values.length < 2 ? '' : (values[0] ?? '');
};
