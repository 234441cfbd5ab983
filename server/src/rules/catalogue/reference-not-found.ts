import type { Option, Property } from '../../dialects/qemu/option.ts';
import { isKnown } from '../../guest/value.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { type Identified, identifiedBy } from './identified.ts';
import { type Meant, meantQemu, writeInstead } from './meant.ts';
import { type Reference, referencesIn } from './references.ts';

export default defineRule({
  name: 'reference-not-found',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'A device refers to something that does not exist, or is of the wrong kind.',
  sources: [
    {
      title: "QEMU: can't find value",
      ref: 'hw/core/qdev-properties-system.c: set_netdev, set_drive, set_chr',
    },
    { title: 'QEMU: Device not found', ref: 'qom/object.c: object_resolve_link' },
    { title: 'QEMU: No TLS credentials with id', ref: 'chardev/char-socket.c, ui/vnc.c' },
  ],
  since: '0.1.0',
  check(context) {
    const meant = meantQemu(context);
    for (const option of context.line.options) {
      for (const { place, reference } of referencesIn(option.text)) {
        const { key, plain, form } = option.text.properties[place]!;
        // `"backing": null` stands for none.
        if (plain === undefined || form === 'json-scalar') continue;
        // A device that nothing is known about may mean something else by the same word.
        if (hasProperty(meant, option, key))
          check(context, option, option.properties[place]!, plain, reference);
      }
    }
  },
});

/** Where -object puts what it makes. */
const OBJECTS = '/objects/';

function hasProperty(meant: Meant | undefined, { name, makes }: Option, key: string): boolean {
  if (name !== 'device' && name !== 'blockdev') return true;
  if (!meant || makes === undefined) return false;
  const { catalogue } = meant;
  const fact = name === 'device' ? catalogue.device(makes) : catalogue.fact('blockdev', makes);
  return fact?.properties.has(key) ?? false;
}

/** @param text what the property says */
function check(
  { line, report }: QemuContext,
  option: Option,
  property: Property,
  text: string,
  reference: Reference,
): void {
  const id = text.startsWith(OBJECTS) ? text.slice(OBJECTS.length) : text;
  // Other paths lead through the machine's own object tree, which we do not know.
  if ((id === '' && !reference.refusesNothing) || id.includes('/') || reference.implicit?.test(id)) return;
  const made = identifiedBy(line, reference.makers);
  const found = made?.byId.get(id)?.[0];
  const isLate =
    found !== undefined &&
    reference.inOrder === true &&
    line.options.indexOf(found.option) >= line.options.indexOf(option);
  if (!made || (found && !isLate && fits(found, reference))) return;
  const { key, value } = property;
  if (!isKnown(value)) return;
  if (isLate) {
    report({
      message: `${id} is made only behind this: QEMU stops with "${reference.refusal(id)}".`,
      at: value.span,
      about: option,
      related: [{ span: found.option.span, message: `${id} is this.` }],
      fixes: moved(option, found.option),
    });
    return;
  }
  const usable = made.all.filter((item) => fits(item, reference)).map((item) => item.id);
  const refusal = found
    ? `Invalid parameter type for '${key}', expected: ${reference.expected}`
    : reference.refusal(id);
  const fact = id === '' ? `The ${reference.what} has no id` : `No ${reference.what} has the id ${id}`;
  report({
    message: found
      ? `${id} is a ${found.type} and no ${reference.what}: QEMU stops with "${refusal}".`
      : `${fact}: QEMU stops with "${refusal}".`,
    at: value.span,
    about: option,
    ...(found ? { related: [{ span: found.option.span, message: `${id} is this.` }] } : {}),
    fixes: writeInstead(value, mostSimilar(id, usable) ?? (usable.length === 1 ? usable[0] : undefined)),
  });
}

const moved = (option: Option, after: Option): Fix[] =>
  option === after
    ? []
    : [
        {
          title: 'Move it behind what it refers to',
          applicability: 'safe',
          changes: [{ op: 'move-option', option, after }],
        },
      ];

const fits = ({ type }: Identified, { fits: pattern }: Reference): boolean =>
  pattern === undefined || type === undefined || pattern.test(type);
