/** Documents that hold commands or domains among other things. */
export type Carrier = 'makefile' | 'markdown' | 'systemd';

const NAMES: readonly (readonly [Carrier, RegExp])[] = [
  ['markdown', /\.(?:md|markdown)$/i],
  ['makefile', /^(?:GNU)?makefile(?:[._-][\w.-]+)?$|\.(?:mk|mak)(?:\.in)?$/i],
  // A drop-in lies in a folder that is named after its unit.
  ['systemd', /\.service(?:\.d\/[^/]+\.conf)?(?:\.(?:in|j2|erb|tmpl))?$/],
];

/** What a file carries, by its path or URI; undefined for a text that is read as a whole. */
export function carrierOf(path: string): Carrier | undefined {
  const base = path.slice(path.lastIndexOf('/') + 1);
  return NAMES.find(([, pattern]) => pattern.test(base) || pattern.test(path))?.[0];
}
