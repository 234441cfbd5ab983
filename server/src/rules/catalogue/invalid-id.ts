import type { Option, Property } from '../../dialects/qemu/option.ts';
import { isKnown, type Known } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

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
      if (NAMED.has(option.name) && (!option.json || option.name === 'object')) {
        const id = option.find('id');
        if (id && id.form !== 'flag') check(context, option, id, "Parameter 'id' expects an identifier");
      }
      if (option.name !== 'blockdev' && option.name !== 'drive') continue;
      for (const property of option.properties) {
        const { key, value } = property;
        if (key !== 'node-name' && !key.endsWith('.node-name')) continue;
        const name = isKnown(value) ? value.value : '';
        check(context, option, property, `Invalid node-name: '${name}'`);
      }
    }
  },
});

function check({ report }: QemuContext, option: Option, { key, value }: Property, refusal: string): void {
  if (!isKnown(value) || WELL_FORMED.test(value.value)) return;
  const what = key === 'id' ? 'id' : 'node name';
  report({
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
