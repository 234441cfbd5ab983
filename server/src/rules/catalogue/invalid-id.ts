import type { Option, Property } from '../../dialects/qemu/option.ts';
import { isKnown, type Known } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { askedOnce } from './soundOptions.ts';

/** Options whose lists of properties have a name; where JSON stands instead only objects are looked at. */
const NAMED: ReadonlySet<string> = new Set([
  'chardev',
  'device',
  'drive',
  'fsdev',
  'mon',
  'netdev',
  'object',
  'tpmdev',
]);

/** util/id.c: id_wellformed. */
const WELL_FORMED = /^[A-Za-z][\w.-]*$/;

export default defineRule({
  name: 'invalid-id',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'An id is not spelt as QEMU wants ids to be.',
  explains: ['reference-not-found', 'bus-not-found'],
  sources: [
    { title: 'QEMU: expects an identifier', ref: 'util/id.c: id_wellformed; util/qemu-option.c' },
    { title: 'QEMU: Invalid node-name', ref: 'block.c: bdrv_assign_node_name' },
  ],
  since: '0.1.0',
  check(context) {
    for (const option of context.line.options) {
      for (const { property, refusal } of illFormedIn(option) ?? [])
        report(context, option, property, refusal);
    }
  },
});

interface IllFormed {
  readonly property: Property;
  readonly refusal: string;
}

const illFormedIn = askedOnce((option): readonly IllFormed[] | undefined => {
  const found: IllFormed[] = [];
  if (NAMED.has(option.name) && (!option.json || option.name === 'object')) {
    const property = option.find('id');
    if (property && property.form !== 'flag' && isIllFormed(property)) {
      found.push({ property, refusal: "Parameter 'id' expects an identifier" });
    }
  }
  if (option.name === 'blockdev' || option.name === 'drive') {
    for (const property of option.properties) {
      const { key, text } = property;
      const isName = key === 'node-name' || key.endsWith('.node-name');
      if (isName && isIllFormed(property)) {
        found.push({ property, refusal: `Invalid node-name: '${text.plain}'` });
      }
    }
  }
  return found.length > 0 ? found : undefined;
});

const isIllFormed = ({ text: { plain } }: Property): boolean =>
  plain !== undefined && !WELL_FORMED.test(plain);

function report(context: QemuContext, option: Option, { key, value }: Property, refusal: string): void {
  if (!isKnown(value)) return;
  const what = key === 'id' ? 'id' : 'node name';
  context.report({
    message:
      `${value.value === '' ? 'An empty text' : `"${value.value}"`} is no ${what}, which begins with a letter and has letters, digits, "-", "." ` +
      `and "_": QEMU stops with "${refusal}".`,
    at: value.span,
    about: option,
    fixes: fixesFor(option, value),
  });
}

/** The same with what is not allowed replaced. */
function fixesFor(option: Option, value: Known<string>): Fix[] {
  const rest = value.value.replace(/[^\w.-]+/g, '-').replace(/^[-._]+/, '');
  if (rest === '') return [];
  const text = /^[A-Za-z]/.test(rest) ? rest : `${option.name}-${rest}`;
  return [
    {
      title: `Call it ${text}`,
      applicability: 'suggestion',
      changes: [{ op: 'replace', value, text }],
    },
  ];
}
