import type { Option, Property } from '../../dialects/qemu/option.ts';
import type { Fix } from '../define.ts';

/** Properties of an option that QEMU does not take together. */
export interface Conflict {
  readonly at: Property;
  readonly fact: string;
  readonly refusal: string;
  readonly fixes?: readonly Fix[];
}

export const remove = (option: Option, property: Property): Fix => ({
  title: `Remove ${property.key}`,
  applicability: 'suggestion',
  changes: [{ op: 'remove-property', option, property }],
});

export const isOn = (option: Option, key: string): boolean =>
  /^(on|yes|true|y)$/.test(option.says(key) ?? '');

export const isOff = (option: Option, key: string): boolean =>
  /^(off|no|false|n)$/.test(option.says(key) ?? '');

/** Only one of these can be given. */
export function oneOf(option: Option, keys: readonly string[], refusal: string): Conflict | undefined {
  const [first, second] = option.properties.filter(({ key }) => keys.includes(key));
  return first && second && first.key !== second.key
    ? { at: second, fact: `${first.key} and ${second.key} exclude each other`, refusal }
    : undefined;
}
