/**
 * Makes a test for paths relative to the folder of a virtlens.json, written with `/`. `?` stands for one character and
 * `*` for any number of them within one name, `**` for any number of folders. A glob without `/` meets names at any
 * depth; one that meets a folder meets all that is in it.
 */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.map(globPattern);
  return (path) => patterns.some((pattern) => pattern.test(path));
}

function globPattern(glob: string): RegExp {
  const trimmed = glob.replace(/^\.?\//, '').replace(/\/+$/, '');
  const anchored = trimmed.includes('/') || /^\.?\//.test(glob);
  const body = trimmed.replace(/\*\*\/|\*+|\?|[^*?]/gu, (piece) => {
    if (piece === '**/') return '(?:[^/]+/)*';
    if (piece === '**') return '.*';
    if (piece === '?') return '[^/]';
    return piece.startsWith('*') ? '[^/]*' : piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  return new RegExp(`^${anchored ? '' : '(?:[^/]+/)*'}${body}(?:/|$)`, 'su');
}
