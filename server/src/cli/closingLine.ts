import type { Summary } from './report.ts';
import type { Style } from './style.ts';

/** What a reporter has counted besides the summary. */
export interface Tally {
  /** Files that were changed; with `preview`, that would be. */
  readonly changed: number;
  readonly preview: boolean;
  /** Findings that comments silence. */
  readonly suppressed: number;
  readonly problems: number;
}

/** The last line of a report for people: how much of what, in how many files. */
export function closingLine(summary: Summary, tally: Tally, style: Style): string {
  const { files, errors, warnings, information, hints, milliseconds } = summary;
  if (files === 0) {
    return tally.problems > 0 ? 'No file was checked.' : 'No file holds a QEMU command or a libvirt domain.';
  }
  const levels = [
    ...(errors > 0 ? [style.severity('error', count(errors, 'error'))] : []),
    ...(warnings > 0 ? [style.severity('warning', count(warnings, 'warning'))] : []),
    ...(information > 0 ? [style.severity('information', `${information} information`)] : []),
    ...(hints > 0 ? [style.severity('hint', count(hints, 'hint'))] : []),
  ];
  const found = levels.length > 0 ? levels.join(', ') : 'No findings';
  const more = [
    ...(tally.changed > 0 ? [`${tally.changed} ${tally.preview ? 'to change' : 'changed'}`] : []),
    ...(tally.suppressed > 0 ? [`${count(tally.suppressed, 'finding')} suppressed`] : []),
    `${milliseconds} ms`,
  ];
  return `${found} in ${count(files, 'file')} (${more.join(', ')})`;
}

export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
