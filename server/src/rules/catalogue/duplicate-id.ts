import type { Option, Property } from '../../dialects/qemu/option.ts';
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
  netdev: named('netdev'),
  object: named('object'),
  vnc: named('vnc'),
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
    const seen = new Map<string, Property>();
    for (const option of context.line.options) {
      const namespace = Object.hasOwn(NAMESPACES, option.name) ? NAMESPACES[option.name] : undefined;
      const property = namespace && option.find(namespace.key);
      if (!property || !isKnown(property.value) || property.value.value === '') continue;
      const key = `${option.name} ${property.value.value}`;
      const first = seen.get(key);
      if (first) report(context, option, property, first, namespace);
      else seen.set(key, property);
    }
  },
});

function report(
  context: QemuContext,
  option: Option,
  property: Property,
  first: Property,
  { key, refusal }: Namespace,
): void {
  if (!isKnown(property.value)) return;
  const id = property.value.value;
  context.report({
    message: `Another -${option.name} has the ${key === 'id' ? 'id' : key === 'name' ? 'name' : 'node name'} ${id} already: QEMU stops with "${refusal(id)}".`,
    at: property.value.span,
    about: option,
    related: [{ span: first.span, message: `${id} is named here first.` }],
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
