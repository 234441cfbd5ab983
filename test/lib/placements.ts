import type { DialectId } from '../../server/src/guest/guest.ts';

/** A device of the host, and the guest node that the guest is to see it on. */
export interface PlacedDevice {
  readonly address: string;
  readonly on?: number;
}

/** Where a guest is on a host, in no language. */
export interface Placed {
  /** Host nodes by guest node, as both languages write them; undefined where nothing binds its memory. */
  readonly memory: readonly (string | undefined)[];
  /** The guest has no guest nodes, and `memory` is that of the whole. */
  readonly flat?: boolean;
  /** Of each guest node, or of the whole; two where nothing is said. */
  readonly vcpus?: number;
  /** Of each guest node, or of the whole; 1 where nothing is said. */
  readonly gib?: number;
  /** Host CPUs for all threads. */
  readonly cpus?: string;
  readonly devices?: readonly PlacedDevice[];
  /** Distances between guest nodes, row by row. */
  readonly distances?: readonly (readonly number[])[];
}

/** Writes a placement in a language. The two say the same. */
export const render = (placed: Placed, dialect: DialectId, arch = 'x86_64'): string =>
  dialect === 'qemu' ? renderScript(placed, arch) : renderDomain(placed, arch);

const cpusOf = ({ vcpus = 2 }: Placed, node: number): string => `${node * vcpus}-${(node + 1) * vcpus - 1}`;

/** An expander for each guest node that the guest sees a device on, with a port for each device. */
const roots = ({ devices = [] }: Placed): number[] =>
  [...new Set(devices.flatMap(({ on }) => (on === undefined ? [] : [on])))].sort();

const machineOf = (arch: string): string => (arch === 'aarch64' ? 'virt' : 'q35');

function renderScript(placed: Placed, arch: string): string {
  const { memory, flat, vcpus = 2, gib = 1, cpus, devices = [], distances } = placed;
  const count = memory.length;
  const head = cpus === undefined ? '' : `taskset -c ${cpus} `;
  const machine = `${machineOf(arch)}${flat ? ',memory-backend=m0' : ''}`;
  const options = [
    `${head}qemu-system-${arch} -accel kvm -cpu host -machine ${machine}`,
    `-smp ${count * vcpus},sockets=${count},cores=${vcpus},threads=1 -m ${count * gib}G`,
    '-display none -nic none',
    ...memory.map((nodes, i) => {
      const policy = nodes === undefined ? '' : `,policy=bind,${listed(nodes)}`;
      return `-object memory-backend-ram,id=m${i},size=${gib}G${policy}`;
    }),
    ...(flat ? [] : memory.map((_, i) => `-numa node,nodeid=${i},cpus=${cpusOf(placed, i)},memdev=m${i}`)),
    ...(distances ?? []).flatMap((row, src) =>
      row.flatMap((val, dst) => (src === dst ? [] : [`-numa dist,src=${src},dst=${dst},val=${val}`])),
    ),
    ...roots(placed).map(
      (on) => `-device pxb-pcie,id=pxb${on},bus=pcie.0,bus_nr=${64 + on * 32},numa_node=${on}`,
    ),
    ...devices.map(
      ({ on }, i) =>
        `-device pcie-root-port,id=rp${i},bus=${on === undefined ? 'pcie.0' : `pxb${on}`},chassis=${i + 1},slot=0`,
    ),
    ...devices.map(({ address }, i) => `-device vfio-pci,host=${address},bus=rp${i}`),
  ];
  return `${options.join(' \\\n  ')}\n`;
}

const listed = (nodes: string): string =>
  nodes
    .split(',')
    .map((range) => `host-nodes=${range}`)
    .join(',');

function renderDomain(placed: Placed, arch: string): string {
  const { memory, flat, vcpus = 2, gib = 1, cpus, devices = [], distances } = placed;
  const count = memory.length;
  const seen = roots(placed);
  const hex = (text: string): string => `0x${text}`;
  const cells = memory.map((_, i) => {
    const row = distances?.[i]?.map((value, id) => `<sibling id='${id}' value='${value}'/>`).join('');
    const cell = `<cell id='${i}' cpus='${cpusOf(placed, i)}' memory='${gib}' unit='GiB'`;
    return row ? `${cell}><distances>${row}</distances></cell>` : `${cell}/>`;
  });
  const bound = memory.flatMap((nodes, i) => {
    if (nodes === undefined) return [];
    return flat
      ? [`<memory mode='strict' nodeset='${nodes}'/>`]
      : [`<memnode cellid='${i}' mode='strict' nodeset='${nodes}'/>`];
  });
  const expanders = seen.map(
    (on, i) =>
      `<controller type='pci' index='${i + 1}' model='pcie-expander-bus'><target busNr='${64 + on * 32}'><node>${on}</node></target></controller>`,
  );
  const slots = new Map<number, number>();
  const ports = devices.map(({ on }, i) => {
    const bus = on === undefined ? 0 : seen.indexOf(on) + 1;
    const slot = slots.get(bus) ?? (bus === 0 ? 8 : 0);
    slots.set(bus, slot + 1);
    return `<controller type='pci' index='${seen.length + i + 1}' model='pcie-root-port'><target chassis='${seen.length + i + 1}' port='${i}'/><address type='pci' domain='0x0000' bus='${bus}' slot='${slot}' function='0x0'/></controller>`;
  });
  const handed = devices.map(({ address }, i) => {
    const [, domain, bus, slot, fn] = /^(\w+):(\w+):(\w+)\.(\w)$/.exec(address)!;
    return `<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='${hex(domain!)}' bus='${hex(bus!)}' slot='${hex(slot!)}' function='${hex(fn!)}'/></source><address type='pci' domain='0x0000' bus='${seen.length + i + 1}' slot='0x00' function='0x0'/></hostdev>`;
  });
  return `<domain type='kvm'>
  <name>placed</name>
  <memory unit='GiB'>${count * gib}</memory>
  <vcpu${cpus === undefined ? '' : ` cpuset='${cpus}'`}>${count * vcpus}</vcpu>
${bound.length > 0 ? `  <numatune>\n    ${bound.join('\n    ')}\n  </numatune>\n` : ''}  <os>
    <type arch='${arch}' machine='${machineOf(arch)}'>hvm</type>
  </os>
  <features><acpi/></features>
  <cpu mode='host-passthrough'>
    <topology sockets='${count}' cores='${vcpus}' threads='1'/>
${flat ? '' : `    <numa>\n      ${cells.join('\n      ')}\n    </numa>\n`}  </cpu>
  <devices>
    ${["<controller type='pci' index='0' model='pcie-root'/>", ...expanders, ...ports, ...handed, "<memballoon model='none'/>"].join('\n    ')}
  </devices>
</domain>
`;
}
