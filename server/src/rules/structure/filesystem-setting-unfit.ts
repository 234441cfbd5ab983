import type { Version } from '../../guest/target.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import {
  devicesOf,
  lacks,
  type Refusal,
  removeAttribute,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';
import { is, isNot, type Table, tellUnfit, type Unfit } from '../unfit.ts';

/** What the program that serves virtiofs settles by itself. */
const refused = (name: string): Pick<Unfit, 'fact' | 'words'> => ({
  fact: `virtiofs takes no ${name}=`,
  words: `virtiofs does not support ${name}`,
});

const isVirtiofs = is('driver@type', 'virtiofs');

/** libvirt 9.0 passes over limits; when it began to refuse them is only known to be before this version. */
const LIMITS: Version = [12, 0];

const UNFIT: Table = () => [
  {
    path: 'boot',
    when: (filesystem) => !child(filesystem, 'driver') || isNot('driver@type', 'virtiofs')(filesystem),
    fact: 'A guest can boot from virtiofs only, of what is shared with it',
    words: 'boot order is only supported for virtiofs',
  },
  ...['fmode', 'dmode'].map((name) => ({
    path: `@${name}`,
    of: (mode: string): boolean => !/^\s*\+?[0-7]+$/.test(mode),
    fact: "'{value}' is no mode of a file such as 0644",
    words: `Invalid value for attribute '${name}' in element 'filesystem': '{value}'. Expected non-negative integer value`,
  })),
  ...['fmode', 'dmode'].map((name) => ({
    path: `@${name}`,
    of: (mode: string): boolean => /[1-7]/.test(mode) && /^\s*\+?[0-7]+$/.test(mode),
    when: (filesystem: XmlElement) =>
      !attribute(filesystem, 'accessmode') || isNot('@accessmode', 'mapped')(filesystem),
    fact: `${name}= is for files whose owners are mapped, and accessmode= does not say so`,
    words: 'fmode and dmode must be used with accessmode=mapped',
  })),
  ...['space_hard_limit', 'space_soft_limit'].map((name) => ({
    path: name,
    since: LIMITS,
    of: (size: string): boolean => Number(size) > 0,
    fact: 'QEMU does not limit how much a guest writes to a folder',
    words: 'filesystem usage limits are not supported with QEMU',
  })),
  {
    path: 'driver@type',
    of: (type) => type === 'handle',
    when: isNot('@accessmode', 'passthrough'),
    fact: 'handle hands files over as they are, and accessmode={@accessmode} wants them otherwise',
    words: 'only supports passthrough accessmode',
  },
  {
    path: 'driver@type',
    of: (type) => ['loop', 'nbd', 'ploop'].includes(type),
    when: is('@type', 'mount'),
    fact: 'QEMU shares folders, and {value} is for images',
    words: 'Filesystem driver type not supported',
  },
  { path: 'driver@wrpolicy', when: isVirtiofs, ...refused('wrpolicy') },
  { path: '@model', when: isVirtiofs, ...refused('model') },
  { path: '@multidevs', of: (mode) => mode !== 'default', when: isVirtiofs, ...refused('multidevs') },
  { path: 'driver@format', when: isVirtiofs, ...refused('format') },
];

export default defineRule({
  name: 'filesystem-setting-unfit',
  reads: 'libvirt',
  concerns: ['filesystem'],
  topic: 'structure',
  severity: 'error',
  summary: 'A folder that is shared with the guest has a setting that its driver does not take.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value', 'required-part-missing'],
  sources: [
    {
      title: 'libvirt: virtiofs only supports passthrough accessmode',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefFS',
    },
  ],
  since: '0.1.0',
  check(context) {
    const targets = new Map<string, XmlElement>();
    for (const filesystem of devicesOf(context.domain, 'filesystem')) {
      tellUnfit(context, filesystem, UNFIT);
      const again = targetOf(filesystem, targets);
      if (again) tellRefusal(context, again);
      for (const of of [readonly, access, kind, source]) {
        const refusal = of(filesystem);
        if (refusal) tellRefusal(context, refusal);
      }
    }
  },
});

type Check = (filesystem: XmlElement) => Refusal | undefined;

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

/** The folder of the host; a program of its own that serves virtiofs is at a socket. */
const source: Check = (filesystem) => {
  const type = attribute(filesystem, 'type') ? word(filesystem, 'type') : 'mount';
  const name = word(child(filesystem, 'target'), 'dir');
  const found = child(filesystem, 'source');
  if (type !== 'mount' || name === undefined || name === '') return undefined;
  const isMissing = found ? lacks(found, 'dir') && lacks(found, 'socket') : lacks(filesystem, 'source');
  if (!isMissing) return undefined;
  return {
    fact: 'A <filesystem> shares a folder of the host, and <source> names none',
    words: `missing source information for device ${name}`,
    element: found ?? filesystem,
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

/** The guest finds a folder by this name. */
function targetOf(filesystem: XmlElement, targets: Map<string, XmlElement>): Refusal | undefined {
  const target = child(filesystem, 'target');
  const name = word(target, 'dir');
  if (target ? lacks(target, 'dir') || name === '' : lacks(filesystem, 'target')) {
    const source = word(child(filesystem, 'source'), 'dir');
    return {
      fact: `A <filesystem> ${target ? 'whose <target> has no dir=' : 'without <target>'} has no name in the guest`,
      words:
        source === undefined
          ? 'missing target information'
          : `missing target information for device ${source}`,
      element: filesystem,
    };
  }
  if (!target || name === undefined || !isVirtiofs(filesystem)) return undefined;
  const first = targets.get(name);
  targets.set(name, first ?? target);
  if (!first) return undefined;
  return {
    fact: `Two folders are called ${name}`,
    words: `filesystem target '${name}' specified twice`,
    element: target,
    attribute: 'dir',
    beside: { element: first, message: 'The first one.' },
    fixes: [removeElement(filesystem)],
  };
}
