import { effective } from '../../guest/value.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { at, devicesOf, lacks } from '../refusal.ts';
import { all, is, isNot, type Table, tellUnfit } from '../unfit.ts';

const isOld = is('backend@version', '1.2');

const isExternal = is('backend@type', 'external');

const isX86 = (_: XmlElement, { guest }: LibvirtContext): boolean =>
  effective(guest.machine.arch) === 'x86_64';

const UNFIT: Table = () => [
  {
    path: 'backend/active_pcr_banks',
    when: all(is('backend@type', 'emulator'), isOld),
    fact: 'A TPM 1.2 has no banks to choose from',
    words: "<active_pcr_banks/> requires TPM version '2.0'",
  },
  {
    path: '@model',
    of: (model) => model === 'tpm-crb',
    when: all(is('backend@type', 'emulator'), isOld),
    fact: 'tpm-crb is an interface of TPM 2.0, and this is a TPM 1.2',
    words: "Unsupported interface 'tpm-crb' for TPM 1.2",
    instead: ['tpm-tis'],
    removable: false,
  },
  {
    path: '@model',
    of: (model) => model === 'tpm-spapr' || model === 'spapr-tpm-proxy',
    within: isX86,
    fact: '{value} is a TPM of POWER, and this is a PC',
    words: 'does not support TPM model {value}',
    instead: ['tpm-crb', 'tpm-tis'],
    removable: false,
  },
  {
    path: 'backend@type',
    of: (type) => type === 'external',
    when: (tpm) => lacks(at(tpm, 'backend')!, 'source'),
    fact: 'Another program serves the TPM, and no <source> says where it does',
    words: 'missing external TPM backend type',
    instead: ['emulator'],
    removable: false,
  },
  {
    path: 'backend/source@type',
    of: (type) => type !== 'unix',
    when: isExternal,
    fact: 'Another program serves the TPM on a socket of type unix, and this says {value}',
    words: "only source type 'unix' is supported for external TPM device",
    instead: ['unix'],
    removable: false,
  },
  {
    path: 'backend/source@mode',
    of: (mode) => mode === 'bind',
    when: all(isExternal, isNot('backend/source@type', 'tcp')),
    fact: 'The other program waits on the socket, to which QEMU connects',
    words: 'mode is supported for external TPM device',
    instead: ['connect'],
    removable: false,
  },
];

export default defineRule({
  name: 'tpm-setting-unfit',
  reads: 'libvirt',
  concerns: ['tpm'],
  topic: 'structure',
  severity: 'error',
  summary: 'A TPM has a setting that its version, its model or what serves it does not take.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value'],
  sources: [
    {
      title: 'libvirt: <active_pcr_banks/> requires TPM version',
      ref: 'src/conf/domain_validate.c: virDomainTPMDevValidate',
    },
    {
      title: "libvirt: Unsupported interface '…' for TPM 1.2",
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefTPM',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const tpm of devicesOf(context.domain, 'tpm')) tellUnfit(context, tpm, UNFIT);
  },
});
