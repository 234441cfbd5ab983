import type { Scanner } from './scanner.ts';

const CLOSERS: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}', '{#': '#}', '<%': '%>' };

/**
 * End of the template block (Jinja, ERB) that starts at `at` and closes on the same line; `at` where none does.
 * Where XML allows none, quotes and angle brackets in a block belong to the template's language.
 */
export function templateEnd(scanner: Scanner, at: number): number {
  const closer = CLOSERS[scanner.text.slice(at, at + 2)];
  if (closer === undefined) return at;
  const close = scanner.next(closer, at + 2);
  return close < scanner.lineEnd(at) ? close + closer.length : at;
}
