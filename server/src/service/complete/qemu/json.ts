import type { ArgumentPlace } from './argument.ts';

/** What is open at some offset: an object, and the key that waits for its value. */
interface Level {
  readonly isObject: boolean;
  key: string | undefined;
  afterColon: boolean;
}

/**
 * What stands at an offset of the JSON form of an option: `{"driver":"vfio-pci"}`. Only the outermost object is
 * looked into, as the keys of others belong to other things.
 */
export function jsonPlace(text: string, at: number): ArgumentPlace | undefined {
  const levels: Level[] = [];
  const keys: { readonly name: string; readonly start: number }[] = [];
  let place: Omit<ArgumentPlace, 'given'> | undefined;
  for (let i = 0; i < text.length; ) {
    const level = levels.at(-1);
    const character = text[i]!;
    if (character === '"') {
      const end = stringEnd(text, i);
      const isKey = level?.isObject === true && !level.afterColon;
      const inside = text.slice(i + 1, end);
      const joined = /^"\s*:/.test(text.slice(end));
      if (levels.length === 1 && i < at && at <= end) {
        const role = isKey ? 'key' : level?.key === 'driver' || level?.key === 'qom-type' ? 'head' : 'value';
        const key = isKey ? inside : (level?.key ?? '');
        place = { role, key, start: i + 1, end, form: 'json-string', joined };
      } else if (isKey && levels.length === 1) keys.push({ name: inside, start: i });
      if (isKey) level.key = inside;
      i = end + 1;
      continue;
    }
    if (character === '{' || character === '[') {
      levels.push({ isObject: character === '{', key: undefined, afterColon: false });
    } else if (character === '}' || character === ']') levels.pop();
    else if (level && character === ':') level.afterColon = true;
    else if (level && character === ',') level.afterColon = false;
    i++;
    if (i === at && !place) place = bare(text, at, levels);
  }
  return place && { ...place, given: new Set(keys.map(({ name }) => name)) };
}

/** Right behind a brace, comma or colon: quotes are still to be written. */
function bare(text: string, at: number, levels: readonly Level[]): Omit<ArgumentPlace, 'given'> | undefined {
  const [level] = levels;
  const end = at + /^[\w-]*/.exec(text.slice(at))![0].length;
  if (levels.length !== 1 || !level?.isObject || text[end] === '"') return undefined;
  const place = { start: at, end, form: 'json-bare', joined: false } as const;
  if (!level.afterColon) return { ...place, role: 'key', key: '' };
  if (!/:\s*$/.test(text.slice(0, at))) return undefined;
  const key = level.key ?? '';
  return { ...place, role: key === 'driver' || key === 'qom-type' ? 'head' : 'value', key };
}

/** The offset of the closing quote, or where a half-typed string ends. */
function stringEnd(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return open + 1 + /^[\w.-]*/.exec(text.slice(open + 1))![0].length;
}
