import { mergedValue } from '../../dialects/qemu/commandLine.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule, type QemuContext } from '../define.ts';
import { meantQemu, writeInstead } from './meant.ts';

/** x86 machines without PCI; a microvm has some where it is asked for. */
const WITHOUT: ReadonlySet<string> = new Set(['isapc', 'microvm', 'none']);

export default defineRule({
  name: 'no-pci-bus',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'A PCI device is given to a machine that has no PCI.',
  explains: ['bus-not-found'],
  sources: [
    {
      title: "QEMU: No 'PCI' bus found for device",
      ref: 'softmmu/qdev-monitor.c: qdev_device_add_from_qdict',
    },
    { title: 'QEMU: pcie of microvm', ref: 'hw/i386/microvm.c: microvm_machine_set_pcie' },
  ],
  since: '0.1.0',
  check(context) {
    const type = context.guest.machine.type;
    const meant = meantQemu(context);
    if (!meant || !isKnown(type) || !WITHOUT.has(type.value.name)) return;
    if (type.value.name === 'microvm' && mayHavePci(context)) return;
    const devices = context.line.options.filter(
      (option) =>
        option.name === 'device' &&
        isKnown(option.head) &&
        meant.catalogue.device(option.head.value)?.bus === 'PCI',
    );
    const first = devices.find(needsRoot);
    if (!first) return;
    const bus = first.says('bus');
    const driver = first.makes!;
    // pxb-on-wrong-machine speaks of expander buses there.
    if (type.value.name === 'microvm' && driver.startsWith('pxb')) return;
    const refusal =
      bus === undefined ? `No 'PCI' bus found for device '${driver}'` : `Bus '${bus}' not found`;
    context.report({
      message: `Machine ${type.value.name} has no PCI, and ${driver} is a PCI device: QEMU stops with "${refusal}".`,
      at: type.span,
      about: [context.guest.machine, ...devices],
      related: [{ span: first.span, message: 'This device has no bus to go to.' }],
      fixes: writeInstead({ ...type, value: type.value.name }, 'q35'),
    });
  },
});

function mayHavePci({ line }: QemuContext): boolean {
  const pcie = mergedValue(line, ['machine', 'M'], 'pcie');
  return pcie.state === 'unknown' || (isKnown(pcie) && pcie.value === 'on');
}

/** Plugged into the machine itself, by the name of its bus or by none. */
function needsRoot(option: Option): boolean {
  const bus = option.value('bus');
  return bus.state === 'absent' || (isKnown(bus) && /^pcie?\.0$/.test(bus.value));
}
