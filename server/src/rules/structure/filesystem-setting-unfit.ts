import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import {
  devicesOf,
  type Refusal,
  removeAttribute,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';

export default defineRule({
  name: 'filesystem-setting-unfit',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'A folder that is shared with the guest has a setting that its driver does not take.',
  sources: [
    {
      title: 'libvirt: virtiofs only supports passthrough accessmode',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefFS',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const filesystem of devicesOf(context.domain, 'filesystem')) {
      for (const of of [readonly, access, kind]) {
        const refusal = of(filesystem);
        if (refusal) tellRefusal(context, refusal);
      }
    }
  },
});

type Check = (filesystem: XmlElement) => Refusal | undefined;

const isVirtiofs = (filesystem: XmlElement): boolean =>
  word(child(filesystem, 'driver'), 'type') === 'virtiofs';

const readonly: Check = (filesystem) => {
  const found = child(filesystem, 'readonly');
  if (!found || !isVirtiofs(filesystem)) return undefined;
  return {
    fact: 'virtiofs lets the guest write, and <readonly> does not stop it',
    words: 'virtiofs does not yet support read-only mode',
    element: found,
    fixes: [removeElement(found)],
  };
};

const access: Check = (filesystem) => {
  const mode = word(filesystem, 'accessmode');
  if (!isVirtiofs(filesystem) || mode === undefined || mode === 'passthrough') return undefined;
  return {
    fact: `virtiofs hands files over as they are, and accessmode='${mode}' wants them otherwise`,
    words: 'virtiofs only supports passthrough accessmode',
    element: filesystem,
    attribute: 'accessmode',
    fixes: [
      writeAttribute(filesystem, 'accessmode', 'passthrough'),
      removeAttribute(filesystem, 'accessmode'),
    ],
  };
};

const OTHERS = new Set(['block', 'file', 'template', 'ram', 'bind', 'volume']);

const kind: Check = (filesystem) => {
  const type = word(filesystem, 'type');
  if (type === undefined || !OTHERS.has(type)) return undefined;
  return {
    fact: `QEMU shares folders, and a <filesystem> of type ${type} is for containers`,
    words: 'only supports mount filesystem type',
    element: filesystem,
    attribute: 'type',
  };
};
