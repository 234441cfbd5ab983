import { child, childElements } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { content, devicesOf, type Refusal, removeElement, tellRefusal, word } from '../refusal.ts';

/** The most that QEMU counts to (src/qemu/qemu_validate.c: QEMU_BLOCK_IOTUNE_MAX). */
const MOST = 1_000_000_000_000_000;

const KINDS = ['bytes_sec', 'iops_sec', 'bytes_sec_max', 'iops_sec_max'] as const;

export default defineRule({
  name: 'disk-throttle-unfit',
  reads: 'libvirt',
  concerns: ['iotune'],
  topic: 'structure',
  severity: 'error',
  summary: 'Limits to how much a disk may read and write contradict each other.',
  explains: ['invalid-value', 'ignored-element'],
  sources: [
    {
      title: 'libvirt: total and read/write bytes_sec cannot be set at the same time',
      ref: 'src/conf/domain_validate.c: virDomainDiskDefValidate',
    },
    {
      title: 'libvirt: different iotunes for disks',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefDiskBlkdeviotune',
    },
  ],
  since: '0.1.0',
  check(context) {
    const groups = new Map<string, XmlElement>();
    for (const disk of devicesOf(context.domain, 'disk')) {
      const iotune = child(disk, 'iotune');
      if (!iotune) continue;
      const refusals = [...unreadable(iotune), ...totals(iotune), ...groupOf(disk, iotune, groups)];
      for (const refusal of refusals) tellRefusal(context, refusal);
    }
  },
});

/** What limits a disk; libvirt passes over elements of other names. */
const LIMIT = /^(?:(?:total|read|write)_(?:bytes|iops)_sec(?:_max(?:_length)?)?|size_iops_sec)$/;

const isLimit = ({ name }: XmlElement): boolean => LIMIT.test(name.text);

function* unreadable(iotune: XmlElement): Generator<Refusal> {
  for (const limit of childElements(iotune)) {
    const text = content(limit);
    if (!isLimit(limit) || text === undefined) continue;
    const fixes = [removeElement(limit)];
    if (!/^\+?\d+$/.test(text)) {
      yield {
        fact: `'${text}' is no number of bytes or operations`,
        words: `disk iotune field '${limit.name.text}' must be an integer`,
        element: limit,
        fixes,
      };
    } else if (Number(text) > MOST) {
      yield {
        fact: `${text} is more than QEMU counts`,
        words: `block I/O throttle limit must be no more than ${MOST} using QEMU`,
        element: limit,
        fixes,
      };
    }
  }
}

/** A limit that says nothing is none. */
const isSet = (limit: XmlElement | undefined): limit is XmlElement => Number(content(limit) ?? 0) > 0;

function* totals(iotune: XmlElement): Generator<Refusal> {
  for (const kind of KINDS) {
    const total = child(iotune, `total_${kind}`);
    const part = [child(iotune, `read_${kind}`), child(iotune, `write_${kind}`)].find(isSet);
    if (!isSet(total) || !part) continue;
    yield {
      fact: `<${total.name.text}> limits reading and writing together, and <${part.name.text}> one of them`,
      words: `total and read/write ${kind} cannot be set at the same time`,
      element: part,
      beside: { element: total, message: 'The limit of both.' },
      fixes: [removeElement(part), removeElement(total, `Remove <${total.name.text}>`)],
    };
  }
}

/** Disks of a group share one account, so that their limits are the same. */
function* groupOf(disk: XmlElement, iotune: XmlElement, groups: Map<string, XmlElement>): Generator<Refusal> {
  const element = child(iotune, 'group_name');
  const name = content(element);
  if (!element || name === undefined) return;
  if (!childElements(iotune).some(isLimit)) {
    yield {
      fact: `The group ${name} has no limit`,
      words: 'group_name can be configured only together with settings',
      element,
      fixes: [removeElement(iotune, 'Remove this <iotune>')],
    };
    return;
  }
  const first = groups.get(name);
  if (!first) groups.set(name, disk);
  else if (limitsOf(first) !== limitsOf(disk)) yield different(disk, first, element, name);
}

const different = (disk: XmlElement, first: XmlElement, element: XmlElement, name: string): Refusal => ({
  fact: `The group ${name} has other limits at another disk`,
  words: `different iotunes for disks ${nameOf(first)} and ${nameOf(disk)}`,
  element,
  beside: { element: child(first, 'iotune')!, message: 'The other limits.' },
  fixes: [removeElement(element, 'Take it out of the group')],
});

const nameOf = (disk: XmlElement): string => word(child(disk, 'target'), 'dev') ?? '';

function limitsOf(disk: XmlElement): string {
  const limits = childElements(child(disk, 'iotune')!).filter((limit) => isLimit(limit) && isSet(limit));
  return limits
    .map((limit) => `${limit.name.text} ${content(limit)}`)
    .sort()
    .join();
}
