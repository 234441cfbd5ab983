import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { DialectId } from '../../server/src/guest/guest.ts';
import { readProfile } from '../../server/src/host/read.ts';
import { analyze } from '../../server/src/service/analyze.ts';
import { doPlacement, offerPlacement, type PlacementWork } from '../../server/src/service/place.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import { adaptArguments, adaptDomain } from './adaptations.ts';
import { recordScript } from './bash.ts';
import { askNative, available as libvirtAvailable, stop } from './libvirt.ts';
import { type Mapping, type NestedReport, runNested, type Start } from './nestedQemu.ts';
import { withScratch } from './process.ts';
import { available as qemuAvailable } from './qemu.ts';

const wanted = process.env.VIRTLENS_ORACLES === '1' && qemuAvailable();

/** The machine that plays the host, with a GPU on either node that only the profile has. */
const PROFILE = {
  schemaVersion: 1,
  arch: 'x86_64',
  nodes: [
    { id: 0, cpus: '0-1', memoryMiB: 480, distances: { 0: 10, 1: 20 } },
    { id: 1, cpus: '2-3', memoryMiB: 480, distances: { 0: 20, 1: 10 } },
  ],
  pci: [
    { address: '0000:40:00.0', class: '030200', name: 'A GPU', nodes: [0], iommuGroup: 1 },
    { address: '0000:80:00.0', class: '030200', name: 'A GPU', nodes: [1], iommuGroup: 2 },
  ],
};

/** 64 MiB in one piece, or in two. */
const WHOLE = { pieces: 1, pages: 16384 };
const HALVES = { pieces: 2, pages: 8192 };

const script = (cpus: string, policy: string, gpus: readonly string[]): string =>
  [
    `taskset -c ${cpus} qemu-system-x86_64 -nodefaults -accel kvm -machine q35,memory-backend=m0 -cpu host`,
    '-smp 2 -m 64M',
    `-object memory-backend-ram,id=m0,size=64M,prealloc=on${policy}`,
    ...gpus.map(
      (gpu, i) => `-device pcie-root-port,id=rp${i},chassis=${i} -device vfio-pci,host=${gpu},bus=rp${i}`,
    ),
  ].join(' \\\n  ');

const DOMAIN = `<domain type='kvm'>
  <name>nested</name>
  <memory unit='MiB'>64</memory>
  <memoryBacking>
    <allocation mode='immediate'/>
  </memoryBacking>
  <vcpu cpuset='0-1'>2</vcpu>
  <numatune>
    <memory mode='strict' nodeset='1'/>
  </numatune>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <devices>
    <controller type='usb' model='none'/>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source>
        <address domain='0x0000' bus='0x40' slot='0x00' function='0x0'/>
      </source>
    </hostdev>
    <memballoon model='none'/>
  </devices>
</domain>
`;

/** The text after what VirtLens does about the placement of the guest. */
function worked(text: string, dialect: DialectId, kind: PlacementWork['work']): string {
  const read = readProfile(JSON.stringify(PROFILE));
  if (!('host' in read)) throw new Error(read.problems[0]?.message);
  const analysis = analyze({ uri: 'nested', text, dialect }, { ...DEFAULT_SETTINGS, host: read.host })!;
  const offers = offerPlacement(analysis, { start: 0, end: text.length });
  const offer = offers.find(({ work }) => work.work === kind);
  if (!offer) throw new Error(`${kind} is not offered`);
  return applyEdits(text, doPlacement(analysis, offer.work));
}

/** What QEMU receives of a script, with the host nodes that it names. */
async function argumentsOf(text: string): Promise<string[]> {
  const { commands } = await recordScript(text);
  return withScratch(
    async (folder) => adaptArguments(commands[0]!.args, folder, undefined, ['host-node']).args,
  );
}

/** Which CPUs the script keeps QEMU on. */
const tasksetOf = (text: string): string => /taskset -c (\S+)/.exec(text)![1]!;

const elsewhere = script('2-3', ',policy=bind,host-nodes=0', ['0000:80:00.0']);
const unbound = script('0-1', '', ['0000:80:00.0']);
const apart = script('0-3', ',policy=bind,host-nodes=0', ['0000:40:00.0', '0000:80:00.0']);

/** Each is started on CPUs of the other node, unless the CPUs are what is proven: else the kernel's habit would do. */
const STARTS: Record<string, () => Promise<Start>> = {
  'as written': async () => ({ args: await argumentsOf(elsewhere), cpus: '2-3', ...WHOLE }),
  repaired: async () => {
    const text = worked(elsewhere, 'qemu', 'repair-placement');
    return { args: await argumentsOf(text), cpus: '0-1', ...WHOLE };
  },
  moved: async () => {
    const text = worked(unbound, 'qemu', 'repair-placement');
    return { args: await argumentsOf(text), cpus: tasksetOf(text), ...WHOLE };
  },
  mirrored: async () => {
    const text = worked(apart, 'qemu', 'mirror-host');
    return { args: await argumentsOf(text), cpus: '0-1', ...HALVES };
  },
  domain: async () => {
    // Node 0 is one that the libvirt of any machine knows.
    const native = await askNative(adaptDomain(worked(DOMAIN, 'libvirt', 'repair-placement')).xml);
    if (native.verdict !== 'accepted') throw new Error(native.message);
    return { args: await argumentsOf(native.message), cpus: '2-3', ...WHOLE };
  },
};

afterAll(stop);

describe.skipIf(!wanted)('where the kernel of a two-node machine has the memory', () => {
  const names = Object.keys(STARTS).filter((name) => name !== 'domain' || libvirtAvailable());
  let report: NestedReport;
  beforeAll(async () => {
    report = await runNested(await Promise.all(names.map((name) => STARTS[name]!())));
  }, 400_000);

  const mappings = (context: TestContext, name: string): readonly Mapping[] => {
    context.skip(report.verdict === 'unavailable', report.message);
    expect(report.verdict, report.message).toBe('ran');
    const found = report.mappings[names.indexOf(name)]!;
    expect(found, report.message).not.toEqual([]);
    return found;
  };

  it('as written: bound to node 0, where the GPU is not', (context) => {
    expect(mappings(context, 'as written')).toEqual([{ policy: 'bind:0', pages: { 0: WHOLE.pages } }]);
  });

  it('Repair placement binds it to node 1', (context) => {
    expect(mappings(context, 'repaired')).toEqual([{ policy: 'bind:1', pages: { 1: WHOLE.pages } }]);
  });

  it('Repair placement moves QEMU to node 1, and memory without a policy goes along', (context) => {
    expect(mappings(context, 'moved')).toEqual([{ policy: 'default', pages: { 1: WHOLE.pages } }]);
  });

  it('Mirror the host topology gives each guest node its own', (context) => {
    // The kernel lists mappings by their addresses, which are chance.
    const byPolicy = [...mappings(context, 'mirrored')].sort((a, b) => a.policy.localeCompare(b.policy));
    expect(byPolicy).toEqual([
      { policy: 'bind:0', pages: { 0: HALVES.pages } },
      { policy: 'bind:1', pages: { 1: HALVES.pages } },
    ]);
  });

  it.skipIf(!libvirtAvailable())(
    'Repair placement of a domain binds it to node 0, as libvirt writes it',
    (context) => {
      expect(mappings(context, 'domain')).toEqual([{ policy: 'bind:0', pages: { 0: WHOLE.pages } }]);
    },
  );
});
