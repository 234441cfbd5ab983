import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf, type Refusal, removeAttribute, removeElement, tellRefusal, word } from '../refusal.ts';

export default defineRule({
  name: 'hostdev-setting-unfit',
  reads: 'libvirt',
  topic: 'passthrough',
  severity: 'error',
  summary: 'A device of the host has a setting that its kind does not take.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value'],
  sources: [
    {
      title: 'libvirt: rawio is only supported for scsi host device',
      ref: 'src/conf/domain_conf.c: virDomainHostdevDefParseXMLSubsys',
    },
    {
      title: "libvirt: Only one vgpu device can have 'ramfb' enabled",
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainMdevDef…',
    },
  ],
  since: '0.1.0',
  check(context) {
    let ramfb: XmlElement | undefined;
    for (const hostdev of devicesOf(context.domain, 'hostdev')) {
      for (const of of [rawioOf, bootOf, pictureOf]) {
        const refusal = of(hostdev);
        if (refusal) tellRefusal(context, refusal);
      }
      if (word(hostdev, 'ramfb') !== 'on') continue;
      if (ramfb) tellRefusal(context, secondRamfb(hostdev, ramfb));
      ramfb ??= hostdev;
    }
  },
});

function rawioOf(hostdev: XmlElement): Refusal | undefined {
  const type = word(hostdev, 'type');
  if (type === undefined || type === 'scsi' || word(hostdev, 'rawio') === undefined) return undefined;
  return {
    fact: `rawio= is for single SCSI devices, and this one is of type ${type}`,
    words: 'rawio is only supported for scsi host device',
    element: hostdev,
    attribute: 'rawio',
    fixes: [removeAttribute(hostdev, 'rawio')],
  };
}

function bootOf(hostdev: XmlElement): Refusal | undefined {
  const boot = child(hostdev, 'boot');
  if (!boot || word(hostdev, 'type') !== 'scsi_host') return undefined;
  return {
    fact: 'A guest cannot boot from a SCSI adapter that the kernel of the host serves',
    words: 'booting from assigned devices is not supported by vhost SCSI devices',
    element: boot,
    fixes: [removeElement(boot)],
  };
}

/** Only what speaks VFIO over PCI shows a picture. */
function pictureOf(hostdev: XmlElement): Refusal | undefined {
  const model = word(hostdev, 'model');
  const display = word(hostdev, 'display');
  if (word(hostdev, 'type') !== 'mdev' || model === undefined || model === 'vfio-pci') return undefined;
  if (display === undefined || display === 'default') return undefined;
  return {
    fact: `display= is for devices of the model vfio-pci, not ${model}`,
    words: "<hostdev> attribute 'display' is only supported with model='vfio-pci'",
    element: hostdev,
    attribute: 'display',
    fixes: [removeAttribute(hostdev, 'display')],
  };
}

const secondRamfb = (hostdev: XmlElement, first: XmlElement): Refusal => ({
  fact: 'A second device wants the boot display for itself',
  words: "Only one vgpu device can have 'ramfb' enabled",
  element: hostdev,
  attribute: 'ramfb',
  beside: { element: first, message: 'The first one.' },
  fixes: [removeAttribute(hostdev, 'ramfb')],
});
