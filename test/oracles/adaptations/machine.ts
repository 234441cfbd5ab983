import { Properties } from './properties.ts';
import { dropped, onProperties, type Step, step } from './step.ts';
import type { Option } from './words.ts';

const HARDWARE = new Set(['kvm', 'hvf', 'whpx', 'nvmm', 'hax', 'xen', 'mshv']);
const HARDWARE_PROPERTIES = [
  'kernel-irqchip',
  'kernel_irqchip',
  'kvm-shadow-mem',
  'dirty-ring-size',
  'eager-split-size',
  'notify-vmexit',
  'notify-window',
  'igd-passthru',
  'honor-guest-pat',
  'device',
];

/** The address bits of a common server: what `host` would take from the processor. */
const HOST_PHYS_BITS = '46';

/** The properties by which a machine names what protects a guest from its host. */
const PROTECTION = ['confidential-guest-support', 'memory-encryption'];

/** Accelerator, CPU, machine type, and how QEMU runs as a process. */
export const machineSteps: readonly Step[] = [
  // -enable-kvm is short for -machine accel=kvm, and refused beside -accel as that is.
  step('accelerator', 'enable-kvm', () => ({ name: 'machine', value: 'accel=tcg' })),
  step(
    'accelerator',
    'accel',
    onProperties('accel', (accel) => {
      if (!namesHardware(accel.get('accel'))) return;
      accel.set('accel', 'tcg');
      accel.remove(...HARDWARE_PROPERTIES);
    }),
  ),
  step(
    'accelerator',
    'machine M',
    onProperties('type', (machine) => {
      if (namesHardware(machine.get('accel'))) machine.set('accel', 'tcg');
    }),
  ),
  step(
    'cpu-model',
    'cpu',
    onProperties('model', (cpu, { onHardware }) => {
      // Without an accelerator QEMU refuses `host` and keeps `enforce` to its word, here as there.
      if (!onHardware) return;
      const isHost = cpu.get('model') === 'host';
      if (isHost) cpu.set('model', 'max');
      cpu.remove('enforce');
      const hostBits = cpu.get('host-phys-bits') ?? (isHost ? 'on' : 'off');
      if (hostBits === 'on' && !cpu.has('phys-bits')) cpu.set('phys-bits', HOST_PHYS_BITS);
    }),
  ),
  step(
    'machine-type',
    'machine M',
    onProperties('type', (machine, { machines }) => {
      const type = machine.get('type');
      if (type !== undefined) machine.set('type', nearestMachine(type, machines));
    }),
  ),
  step(
    'host-device-object',
    'machine M',
    onProperties('type', (machine) => {
      machine.remove(...PROTECTION);
    }),
  ),
  step(
    'memory-lock',
    'overcommit realtime',
    onProperties('', (properties) => {
      for (const key of ['mem-lock', 'mlock']) {
        if (properties.get(key) === 'on') properties.set(key, 'off');
      }
    }),
  ),
  step(
    'process',
    'daemonize pidfile runas chroot user run-with sandbox incoming loadvm preconfig add-fd D d trace plugin',
    dropped,
  ),
];

const namesHardware = (accelerators: string | undefined): boolean =>
  accelerators?.split(':').some((name) => HARDWARE.has(name)) ?? false;

/** Whether a line asks for a hardware accelerator; a program called kvm takes it without being asked. */
export function asksForHardware(program: string, options: readonly Option[]): boolean {
  return (
    isKvmProgram(program) ||
    options.some(({ name, value }) => {
      if (name === 'enable-kvm') return true;
      const implied = name === 'accel' ? 'accel' : 'type';
      const isAccelerator = name === 'accel' || name === 'machine' || name === 'M';
      return isAccelerator && namesHardware(Properties.parse(value ?? '', implied)?.get('accel'));
    })
  );
}

export const isKvmProgram = (program: string): boolean => /(^|[/-])kvm$/.test(program);

/**
 * The machine type that stands for `name` where the installed ones do not have it: the newest of its family for a type
 * that is newer than all of them, or a distribution's own. One that is too old stays: the real QEMU refuses it too.
 */
export function nearestMachine(name: string, installed: readonly string[]): string {
  const [, family, version] = /^pc-(q35|i440fx)-(.+)$/.exec(name) ?? [];
  if (family === undefined || version === undefined || installed.includes(name)) return name;
  const versions = installed
    .filter((other) => other.startsWith(`pc-${family}-`))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  const newest = versions[0];
  if (newest === undefined) return name;
  const isUpstream = /^\d+\.\d+(\.\d+)?$/.test(version);
  const isOlder = name.localeCompare(newest, 'en', { numeric: true }) < 0;
  return isUpstream && isOlder ? name : newest;
}
