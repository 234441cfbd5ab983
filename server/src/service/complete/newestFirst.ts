/** A key by which the newest of versioned names comes first: `pc-q35-11.1` before `pc-q35-10.0`. */
export function newestFirst(name: string): string {
  const match = /^(.+)-(\d+)\.(\d+)$/.exec(name);
  if (!match) return name;
  const [, stem, major, minor] = match;
  const age = 9999 - Number(major) * 100 - Number(minor);
  return `${stem}-${String(age).padStart(4, '0')}`;
}
