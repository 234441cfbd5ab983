import type { Severity } from '../rules/define.ts';

/** Paints text for a terminal, or leaves it as it is. */
export interface Style {
  bold(text: string): string;
  faint(text: string): string;
  severity(severity: Severity, text: string): string;
}

const CODES: Record<Severity, string> = { error: '1;31', warning: '1;33', information: '1;34', hint: '1;36' };

export function makeStyle(coloured: boolean): Style {
  const paint = (code: string, text: string): string => (coloured ? `\x1b[${code}m${text}\x1b[0m` : text);
  return {
    bold: (text) => paint('1', text),
    faint: (text) => paint('2', text),
    severity: (severity, text) => paint(CODES[severity], text),
  };
}

/**
 * Whether a stream gets colours. NO_COLOR (not empty) turns them off whatever else is said, see no-color.org;
 * FORCE_COLOR turns them on where there is no terminal, or off with 0.
 */
export function wantsColours(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return stream.isTTY === true && TERM !== 'dumb';
}
