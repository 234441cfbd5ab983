import type { Option, Property } from '../../dialects/qemu/option.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type Fix } from '../define.ts';

/** Options whose grammar is the newer one, in which every key has its value (util/keyval.c). */
const REFUSE = new Set(['machine', 'M', 'smp', 'display', 'audiodev', 'blockdev']);

/** Options whose bare words are no switches: flags of a CPU, a driver and its key, ranges after a comma. */
const OTHER_WORDS = new Set(['cpu', 'global', 'acpitable', 'add-fd', 'compat', 'smbios', 'tdx-guest']);

export default defineRule({
  name: 'short-form-boolean',
  reads: 'qemu',
  topic: 'hygiene',
  severity: 'information',
  summary: 'A property is switched by its bare name, which is deprecated, or refused.',
  sources: [
    { title: 'QEMU: short-form boolean option deprecated', ref: 'util/qemu-option.c: get_opt_name_value' },
    { title: "QEMU: Expected '=' after parameter", ref: 'util/keyval.c: keyval_parse_one' },
  ],
  since: '0.1.0',
  check({ line, report }) {
    for (const option of line.options) {
      if (option.json || OTHER_WORDS.has(option.name) || !option.text.properties.some(isSwitch)) continue;
      for (const property of option.properties) {
        if (!isSwitch(property)) continue;
        const refused = REFUSE.has(option.name);
        const { key, text } = meaningOf(property);
        report({
          ...(refused ? { severity: 'error' as const } : { tags: ['deprecated' as const] }),
          message: refused
            ? `-${option.name} wants a value for each word: QEMU stops with "Expected '=' after parameter '${property.key}'".`
            : `${property.key} is the short form of ${key}=${text}, deprecated since QEMU 6.0: it warns and asks for the long one.`,
          at: property.span,
          about: option,
          fixes: option.name === 'smp' ? [] : longForm(option, property, `${key}=${text}`),
        });
      }
    }
  },
});

const isSwitch = ({ form, key }: Pick<Property, 'form' | 'key'>): boolean =>
  form === 'flag' && key !== 'help' && /^[a-z][a-z0-9_-]*$/i.test(key);

/** Whatever starts with `no` is taken for the opposite of the rest, only `nodelay` is a property itself. */
function meaningOf({ key }: Property): { readonly key: string; readonly text: 'on' | 'off' } {
  if (key === 'nodelay') return { key, text: 'on' };
  return key.startsWith('no') && key.length > 2 ? { key: key.slice(2), text: 'off' } : { key, text: 'on' };
}

/** In its place, where that is a text of its own. */
function longForm(option: Option, { text: { start, end } }: Property, long: string): Fix[] {
  const range = option.argument?.editable(start, end);
  if (!range) return [];
  return [
    {
      title: `Write ${long}`,
      applicability: 'safe',
      changes: [{ op: 'text', span: spanOf(option.uri, range), newText: long }],
    },
  ];
}
