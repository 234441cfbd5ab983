import type { Option } from '../../dialects/qemu/option.ts';
import { atLeast } from '../../guest/target.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

interface Namespace {
  readonly key: string;
  /** What QEMU calls it in its refusal. */
  readonly refusal: (id: string) => string;
}

const named = (what: string): Namespace => ({
  key: 'id',
  refusal: (id) => `Duplicate ID '${id}' for ${what}`,
});

/** Options whose ids must differ among each other; a device and an object may well have the same. */
const NAMESPACES: Readonly<Record<string, Namespace>> = {
  blockdev: { key: 'node-name', refusal: (id) => `Duplicate nodes with node-name='${id}'` },
  chardev: named('chardev'),
  device: named('device'),
  drive: named('drive'),
  fsdev: named('fsdev'),
  fw_cfg: { key: 'name', refusal: (id) => `duplicate fw_cfg file name: ${id}` },
  mon: named('mon'),
  net: named('net'),
  netdev: named('netdev'),
  nic: named('nic'),
  object: named('object'),
  virtfs: { key: 'mount_tag', refusal: (id) => `duplicate or invalid fsdev id: ${id}` },
  vnc: named('vnc'),
};

/** Backends of sound, which are objects with a name of their own since QEMU 11.1. */
const SOUND: Namespace = {
  key: 'id',
  refusal: (id) => `attempt to add duplicate property '${id}' to object (type 'container')`,
};

function namespaceOf({ target }: QemuContext, option: Option): Namespace | undefined {
  if (option.name === 'audiodev') return target.qemu && atLeast(target.qemu, [11, 1]) ? SOUND : undefined;
  // A file system with an id goes by that.
  if (option.name === 'virtfs' && (option.open || option.find('id'))) return undefined;
  return Object.hasOwn(NAMESPACES, option.name) ? NAMESPACES[option.name] : undefined;
}

/** What the key is called in a sentence. */
const CALLED: Readonly<Record<string, string>> = {
  id: 'id',
  mount_tag: 'mount tag',
  name: 'name',
  'node-name': 'node name',
};

export default defineRule({
  name: 'duplicate-id',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'Two devices, objects or backends of a kind have the same id.',
  sources: [
    {
      title: 'QEMU: Duplicate ID',
      ref: 'util/qemu-option.c: qemu_opts_create; qom/object_interfaces.c; net/net.c',
    },
    { title: 'QEMU: Duplicate nodes with node-name', ref: 'block.c: bdrv_assign_node_name' },
  ],
  since: '0.1.0',
  check(context) {
    const seen = new Map<string, Option>();
    for (const option of context.line.options) {
      const namespace = namespaceOf(context, option);
      const id = namespace && option.says(namespace.key);
      if (!id) continue;
      const key = `${option.name} ${id}`;
      const first = seen.get(key);
      if (first) report(context, option, first, namespace);
      else seen.set(key, option);
    }
  },
});

function report(context: QemuContext, option: Option, first: Option, { key, refusal }: Namespace): void {
  const value = option.value(key);
  if (!isKnown(value)) return;
  const id = value.value;
  context.report({
    message: `Another -${option.name} has the ${CALLED[key]} ${id} already: QEMU stops with "${refusal(id)}".`,
    at: value.span,
    about: option,
    related: [{ span: first.find(key)!.span, message: `${id} is named here first.` }],
    fixes: fixesFor(context, option, key, id),
  });
}

function fixesFor({ line }: QemuContext, option: Option, key: string, id: string): Fix[] {
  const taken = new Set(
    line.options.flatMap((other) => {
      const value = other.name === option.name ? other.find(key)?.value : undefined;
      return isKnown(value) ? [value.value] : [];
    }),
  );
  const stem = id.replace(/\d+$/, '');
  let number = 1;
  while (taken.has(`${stem}${number}`)) number++;
  return [
    {
      title: `Call the second one ${stem}${number}`,
      applicability: 'suggestion',
      changes: [{ op: 'set-property', option, key, text: `${stem}${number}` }],
    },
  ];
}
