import { afterAll, describe, expect, it } from 'vitest';
import { resolveFixes } from '../../server/src/service/fixes.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import { analyzeText } from '../lib/shared.ts';
import { adaptArguments, adaptDomain } from './adaptations.ts';
import { recordScript } from './bash.ts';
import { type BootReport, bootGuest } from './boot.ts';
import { askNative, available as libvirtAvailable, stop } from './libvirt.ts';
import { withScratch } from './process.ts';
import { available as qemuAvailable } from './qemu.ts';

/** virtio-gpu: a GPU that every machine can boot with. */
const GPU = { vendor: '0x1af4', device: '0x1050' };

const wanted = process.env.VIRTLENS_ORACLES === '1' && qemuAvailable();

const nodes =
  '-smp 2 -m 512M -object memory-backend-ram,id=m0,size=256M -numa node,nodeid=0,cpus=0,memdev=m0 ' +
  '-object memory-backend-ram,id=m1,size=256M -numa node,nodeid=1,cpus=1,memdev=m1';

const script = (machine: string): string =>
  `qemu-system-x86_64 -accel tcg -machine ${machine} -cpu max -nic none -vga none ${nodes} -device virtio-gpu-pci\n`;

const domain = (machine: string): string => `<domain type='qemu'>
  <name>placed</name>
  <memory unit='MiB'>512</memory>
  <vcpu>2</vcpu>
  <os>
    <type arch='x86_64' machine='${machine}'>hvm</type>
  </os>
  <features>
    <acpi/>
  </features>
  <cpu mode='maximum'>
    <numa>
      <cell id='0' cpus='0' memory='256' unit='MiB'/>
      <cell id='1' cpus='1' memory='256' unit='MiB'/>
    </numa>
  </cpu>
  <devices>
    <video>
      <model type='virtio'/>
    </video>
  </devices>
</domain>
`;

/** The text with the GPU placed near a node, by the fix that VirtLens offers. */
function placed(name: string, text: string, node: number): string {
  const analysis = analyzeText(name, text)!;
  const finding = analysis.findings.find(({ rule }) => rule === 'gpu-no-guest-affinity')!;
  const fix = resolveFixes(analysis, finding).find(({ title }) => title.endsWith(`guest node ${node}`))!;
  return applyEdits(text, fix.edits);
}

/** Boots the first QEMU that a script starts. */
async function boot(text: string): Promise<BootReport> {
  const { commands } = await recordScript(text);
  const { program, args } = commands[0]!;
  return withScratch((folder) => bootGuest(adaptArguments(args, folder, program).args));
}

async function bootDomain(xml: string): Promise<BootReport> {
  const answer = await askNative(adaptDomain(xml).xml);
  expect(answer.verdict, answer.message).toBe('accepted');
  return boot(answer.message);
}

/** What the guest's kernel says of the GPU. */
const nodeOfGpu = ({ devices }: BootReport): number | undefined =>
  devices.find(({ vendor, device }) => vendor === GPU.vendor && device === GPU.device)?.node;

afterAll(stop);

describe('the guest sees the GPU where the fix has put it', () => {
  it.skipIf(!wanted)('before: on no node', async () => {
    expect(nodeOfGpu(await boot(script('q35')))).toBe(-1);
  });

  it.skipIf(!wanted).each(['q35', 'pc'])('a command line, machine %s', async (machine) => {
    expect(nodeOfGpu(await boot(placed('vm.sh', script(machine), 1)))).toBe(1);
  });

  it.skipIf(!wanted || !libvirtAvailable()).each(['q35', 'pc'])('a domain, machine %s', async (machine) => {
    expect(nodeOfGpu(await bootDomain(placed('vm.xml', domain(machine), 1)))).toBe(1);
  });
});
