const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

const replaceAll = (text: string, special: RegExp): string => text.replace(special, (c) => ENTITIES[c]!);

/** A text as it may stand between tags. */
export const escapeText = (text: string): string => replaceAll(text, /[&<>\r]/g);

/**
 * A text as it may stand between these quotes; line breaks and tabs become references, because a reader turns
 * written ones into spaces. Without quotes both kinds are escaped.
 */
export const escapeValue = (text: string, quote: '"' | "'" | ''): string =>
  replaceAll(text, quote === '"' ? /[&<"\t\n\r]/g : quote === "'" ? /[&<'\t\n\r]/g : /[&<"'\t\n\r]/g);
