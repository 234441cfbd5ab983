import { atLeast, type Version } from '../../guest/target.ts';
import { effective } from '../../guest/value.ts';
import { defineRule } from '../define.ts';
import { devicesOf, removeElement, tellRefusal, word, writeAttribute } from '../refusal.ts';

/** libvirt 9.0 lets an ib700 pass on any machine; when it began to look is only known to be before this version. */
const LOOKS_AT_MACHINE: Version = [12, 0];

export default defineRule({
  name: 'watchdog-unfit',
  reads: 'libvirt',
  concerns: ['watchdog'],
  topic: 'structure',
  severity: 'error',
  summary: 'A watchdog is of a model that another machine has.',
  explains: ['invalid-value'],
  sources: [
    {
      title: 'libvirt: model of watchdog cannot be used with this machine type',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainWatchdogDef',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { machine } = context.guest;
    const { libvirt } = context.target;
    const looks = libvirt === undefined || atLeast(libvirt, LOOKS_AT_MACHINE);
    const type = effective(machine.type);
    const arch = effective(machine.arch);
    for (const watchdog of devicesOf(context.domain, 'watchdog')) {
      const model = word(watchdog, 'model');
      const fault = model === undefined ? undefined : faultOf(model, type?.family, arch, looks);
      if (!fault) continue;
      tellRefusal(context, {
        ...fault,
        element: watchdog,
        attribute: 'model',
        fixes: [writeAttribute(watchdog, 'model', 'i6300esb'), removeElement(watchdog)],
      });
    }
  },
});

function faultOf(
  model: string,
  family: string | undefined,
  arch: string | undefined,
  looks: boolean,
): { readonly fact: string; readonly words: string } | undefined {
  if (model === 'diag288' && arch !== undefined && !arch.startsWith('s390'))
    return {
      fact: `diag288 is a part of s390, and the guest is ${arch}`,
      words: 'diag288 model of watchdog is allowed for s390 and s390x only',
    };
  if (model === 'itco' && family === 'i440fx')
    return {
      fact: 'itco is a part of q35, and this is the older PC',
      words: 'itco model of watchdog is only part of q35 machine',
    };
  if (looks && model === 'ib700' && (family === 'q35' || family === 'virt'))
    return {
      fact: 'ib700 is an ISA device of the older PC (newer versions of libvirt look)',
      words: 'ib700 model of watchdog cannot be used with this machine type',
    };
  return undefined;
}
