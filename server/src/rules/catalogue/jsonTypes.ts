import type { PropertyFact } from '../../catalogue/qemu.ts';
import type { Property } from '../../dialects/qemu/option.ts';
import type { Scope } from './scope.ts';
import type { Misfit } from './values.ts';

/** Options that read JSON strictly by the schema, and say so in the same words. */
const STRICT: ReadonlySet<string> = new Set(['blockdev', 'netdev']);

/** Types of devices whose values are numbers and nothing else; others take texts as well. */
const NUMBERS = /^(uint8|uint16|uint32|uint64|size)$/;

const wrong = (expected: string, fact: string, key: string): Misfit => ({
  fact,
  refusal: `Invalid parameter type for '${key}', expected: ${expected}`,
  whole: true,
});

/**
 * Why a value is none of the type where the option is written as JSON, which has types of its own: `"on"` is a text and
 * no switch (qapi/qobject-input-visitor.c).
 */
export function misfitOfJson(
  { kind }: Scope,
  { key, form, value }: Property,
  { type, values }: PropertyFact,
): Misfit | undefined {
  const text = value.state === 'known' ? value.value : '';
  if (form === 'json-list') return undefined;
  const isText = form === 'json-string';
  if (type === 'bool' || type === 'boolean') {
    return !isText && /^(on|off)$/.test(text)
      ? undefined
      : wrong('boolean', 'is true or false, without quotes', key);
  }
  if (values && !type.startsWith('[')) {
    if (!isText) return wrong('string', `is a text, one of ${values.join(', ')}`, key);
    return values.includes(text)
      ? undefined
      : {
          fact: `is one of ${values.join(', ')}`,
          refusal: `Parameter '${key.replace(/^.*\./, '')}' does not accept value '${text}'`,
          whole: true,
        };
  }
  const isNumber = kind === 'device' ? NUMBERS.test(type) : type === 'int' || type === 'size';
  if (isNumber && isText) {
    return STRICT.has(kind)
      ? wrong('integer', 'is a number, without quotes', key)
      : { fact: 'is a number, without quotes', refusal: 'expects uint64' };
  }
  return type === 'str' && !isText && kind !== 'device' && text !== 'null'
    ? wrong('string', 'is a text, in quotes', key)
    : undefined;
}
