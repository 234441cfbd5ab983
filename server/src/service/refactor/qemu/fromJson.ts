import type { Fact } from '../../../catalogue/qemu.ts';
import type { Option } from '../../../dialects/qemu/option.ts';
import { qemuSize } from '../../../values/byteSize.ts';
import { IndexSet } from '../../../values/indexSet.ts';

/**
 * The JSON of an option as `key=value`, what it makes first; undefined where one of its values cannot be said so. Parts
 * of parts are known to -blockdev only.
 */
export function fromJson({ argument, name, shape }: Option, { properties }: Fact): string | undefined {
  const implied = typeof shape === 'object' ? shape.implied : '';
  const object = parse(argument!.text);
  const head = object?.[implied];
  if (!object || typeof head !== 'string' || !/^[\w.-]+$/.test(head)) return undefined;
  const pairs: string[] = [];
  const write = (key: string, value: unknown): boolean => {
    if (name === 'blockdev' && typeof value === 'object' && value !== null) {
      const inner = Object.entries(value);
      return inner.length > 0 && inner.every(([part, each]) => write(`${key}.${part}`, each));
    }
    const type = properties.get(key)?.type;
    const text = Array.isArray(value) ? rangeOf(value, type) : scalarOf(key, value, type);
    if (text === undefined || !/^[A-Za-z][\w.-]*$/.test(key)) return false;
    return pairs.push(`${key}=${text.replaceAll(',', ',,')}`) > 0;
  };
  const others = Object.entries(object).filter(([key]) => key !== implied);
  return others.every(([key, value]) => write(key, value)) ? [head, ...pairs].join(',') : undefined;
}

/** Undefined for what is no object, and where a key stands twice, of which parsing keeps only the last. */
function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const keys = text.match(/"(?:[^"\\]|\\.)*"(?=\s*:)/g) ?? [];
    return isObject && keys.length === countKeys(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const countKeys = (value: unknown): number =>
  typeof value !== 'object' || value === null
    ? 0
    : Object.values(value).reduce<number>(
        (sum, each) => sum + countKeys(each),
        Array.isArray(value) ? 0 : Object.keys(value).length,
      );

/** Nodes in one row: QEMU takes a range for them, and nothing for several. */
function rangeOf(value: readonly unknown[], type: string | undefined): string | undefined {
  const isNumbers = value.every(
    (each) => typeof each === 'number' && Number.isSafeInteger(each) && each >= 0,
  );
  if (type !== '[int]' || !isNumbers || value.length === 0) return undefined;
  const set = IndexSet.from(value as number[]);
  return set.ranges.length === 1 ? set.toString() : undefined;
}

function scalarOf(key: string, value: unknown, type: string | undefined): string | undefined {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string') return value === '' ? undefined : value;
  // The number of a PCI address is slot and function in one; as text it is the slot alone.
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || (type === 'str' && key === 'addr')) {
    return undefined;
  }
  return key === 'size' && value > 0 ? qemuSize(BigInt(value)) : String(value);
}
