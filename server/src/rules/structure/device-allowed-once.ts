import { isX86 } from '../../guest/machine.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { devicesOf, lacks, removeElement, tellRefusal, word } from '../refusal.ts';

/** Devices of which a guest has one, and what libvirt says of a second (src/conf/domain_conf.c, src/qemu/qemu_validate.c). */
const ONCE: readonly {
  readonly name: string;
  readonly refusal: string;
  readonly counts?: (device: XmlElement) => boolean;
}[] = [
  {
    name: 'tpm',
    refusal: 'only a single TPM non-proxy device is supported',
    counts: (tpm) => word(tpm, 'model') !== 'spapr-tpm-proxy',
  },
  { name: 'memballoon', refusal: 'only a single memory balloon device is supported' },
  { name: 'vsock', refusal: 'only a single vsock device is supported' },
  { name: 'redirfilter', refusal: 'only one set of redirection filter rule is supported' },
  { name: 'iommu', refusal: 'only a single IOMMU device is supported' },
  { name: 'nvram', refusal: 'only a single nvram device is supported' },
];

export default defineRule({
  name: 'device-allowed-once',
  reads: 'libvirt',
  concerns: ['tpm', 'memballoon', 'vsock', 'redirfilter', 'iommu', 'nvram', 'panic'],
  topic: 'structure',
  severity: 'error',
  summary: 'A guest has two of a device of which it can have one.',
  sources: [
    {
      title: 'libvirt: only a single … device is supported',
      ref: 'src/conf/domain_conf.c: virDomainDefParseXML',
    },
    { title: 'libvirt: only a single TPM non-proxy device is supported', ref: 'src/conf/domain_validate.c' },
  ],
  since: '0.1.0',
  check(context) {
    tellPanics(context);
    for (const { name, refusal, counts } of ONCE) {
      const devices = devicesOf(context.domain, name);
      if (devices.length < 2) continue;
      const [first, ...more] = devices.filter((device) => counts?.(device) ?? true);
      for (const device of more) {
        tellRefusal(context, {
          fact: `A second <${name}>`,
          words: refusal,
          element: device,
          beside: { element: first!, message: 'The first one.' },
          fixes: [removeElement(device)],
        });
      }
    }
  },
});

/** Without a word that of the architecture (src/qemu/qemu_domain.c: qemuDomainDevicePanicDefPostParse). */
const panicModel = (panic: XmlElement, { guest }: LibvirtContext): string | undefined =>
  !lacks(panic, 'model') ? word(panic, 'model') : isX86(guest.machine) ? 'isa' : undefined;

/** Of each model there is one. */
function tellPanics(context: LibvirtContext): void {
  const panics = devicesOf(context.domain, 'panic');
  if (panics.length < 2) return;
  const seen = new Map<string, XmlElement>();
  for (const panic of panics) {
    const model = panicModel(panic, context);
    const first = model === undefined ? undefined : seen.get(model);
    if (model !== undefined && !first) seen.set(model, panic);
    if (!first) continue;
    tellRefusal(context, {
      fact: `A second <panic> of the model ${model}`,
      words: `Multiple panic devices with model '${model}'`,
      element: panic,
      beside: { element: first, message: 'The first one.' },
      fixes: [removeElement(panic)],
    });
  }
}
