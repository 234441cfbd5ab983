/** How the value of a property is written: decides how a new one is. */
export type PropertyForm = 'keyval' | 'implied' | 'flag' | 'json-string' | 'json-scalar' | 'json-list';

/** One property of an option as offsets into the option's argument. */
export interface PropertyText {
  readonly key: string;
  /** All of it, `key=value`. */
  readonly start: number;
  readonly end: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly form: PropertyForm;
}

/**
 * Splits `head,key=value,flag` at single commas (`,,` is a comma in a value: util/keyval.c, util/qemu-option.c).
 * @param implied the key of a first bare value; '' where the option has none.
 */
export function scanKeyval(text: string, implied: string): PropertyText[] {
  const out: PropertyText[] = [];
  let start = 0;
  while (start <= text.length) {
    let end = start;
    let equals = -1;
    while (end < text.length) {
      if (text[end] === ',') {
        if (text[end + 1] !== ',') break;
        end++;
      } else if (text[end] === '=' && equals < 0) {
        equals = end;
      }
      end++;
    }
    if (equals >= 0) {
      const key = text.slice(start, equals);
      out.push({ key, start, end, valueStart: equals + 1, valueEnd: end, form: 'keyval' });
    } else if (end > start) {
      const first = out.length === 0 && implied !== '';
      const key = first ? implied : text.slice(start, end);
      out.push({ key, start, end, valueStart: start, valueEnd: end, form: first ? 'implied' : 'flag' });
    }
    start = end + 1;
  }
  return out;
}

/** A value without what its form asks for: doubled commas, escapes. Undefined where an escape is none. */
export function decode(raw: string, form: PropertyForm): string | undefined {
  switch (form) {
    case 'json-list':
      return raw.replace(/[[\]\s"]/g, '');
    case 'json-string':
      return unescaped(raw);
    case 'json-scalar':
      return raw === 'true' ? 'on' : raw === 'false' ? 'off' : raw;
    default:
      return raw.includes(',,') ? raw.replaceAll(',,', ',') : raw;
  }
}

function unescaped(raw: string): string | undefined {
  if (!raw.includes('\\')) return raw;
  try {
    return raw.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (sequence) => JSON.parse(`"${sequence}"`) as string);
  } catch {
    return undefined;
  }
}
