/** Sets of numbers, of processors mostly: what ends a number goes on with the set. */
export const SET = 'a set such as 0-3,^2';

/** What the patterns of libvirt's schema stand for, where they stand for something that has a name. */
const FORMS: Readonly<Record<string, string>> = {
  '(/|[a-zA-Z]:\\\\).+': 'an absolute path below the root',
  '\\[[^\\]]+\\] .+': 'a path in a datastore',
  '/.*': 'an absolute path',
  '[a-fA-F0-9][02468aAcCeE](:[a-fA-F0-9]{2}){5}': 'a MAC address such as 52:54:00:12:34:56',
  '[a-fA-F0-9]{32}': 'a UUID',
  '[a-fA-F0-9]{8}\\-([a-fA-F0-9]{4}\\-){3}[a-fA-F0-9]{12}': 'a UUID',
  '([0-9]+(-[0-9]+)?|\\^[0-9]+)(,([0-9]+(-[0-9]+)?|\\^[0-9]+))*': SET,
  '([bB]([yY][tT][eE][sS]?)?)|([kKmMgGtTpPeE]([iI]?[bB])?)': 'a unit such as KiB or GiB',
  '(ioemu:)?(fd|hd|sd|vd|xvd|ubd)[a-zA-Z0-9_]+': 'a name such as vda',
  '0x[0-9a-fA-F]{1,2}': 'a hexadecimal number such as 0x1f',
  '0x[0-9a-fA-F]{1,4}': 'a hexadecimal number such as 0x001f',
  '(0x)?[0-1]?[0-9a-fA-F]': 'a number up to 0x1f',
  '(0x)?[0-7]': 'a number up to 7',
  '(0x)?[0-9a-fA-F]{1,3}': 'a number up to 0xfff',
  '(0x)?[0-9a-fA-F]{1,8}': 'a number up to 0xffffffff',
  '((0x)?[0-9a-fA-F]{1,3}\\.){0,3}(0x)?[0-9a-fA-F]{1,3}': 'a path of ports such as 1.2',
  '[0-9]{1,2}': 'a number from 0 to 99',
  '[0-9]{1,5}': 'a number from 0 to 99999',
  '[0-9]+': 'a whole number',
  '[^\\n]+': 'a line of text',
};

/** The whole-text pattern in words that can follow "is not". */
export const formOf = (pattern: string): string =>
  (Object.hasOwn(FORMS, pattern) ? FORMS[pattern] : undefined) ?? `a text of the form ${pattern}`;
