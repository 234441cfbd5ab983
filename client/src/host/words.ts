import type { HostInfo } from '../../../server/src/lsp/messages.ts';

/** What the status says of the profile that a document is judged on. */
export interface HostWords {
  readonly text: string;
  readonly detail: string;
  readonly isWrong: boolean;
}

/**
 * @param host the profile that counts, if there is one
 * @param unchosen how many profiles there are among which nobody has chosen
 */
export function describeHost(host: HostInfo | undefined, unchosen: number, now: Date): HostWords {
  if (!host) {
    const detail =
      unchosen > 0
        ? `The folder has ${unchosen}, and none of them is chosen`
        : 'Nothing is known of the machine below';
    return { text: 'No host profile', detail, isWrong: false };
  }
  if (host.trouble !== undefined) {
    return { text: `Host profile ${host.name} does not count`, detail: host.trouble, isWrong: true };
  }
  const origin = originOf(host, now);
  const text = origin === undefined ? host.name : `${host.name}, ${origin}`;
  const parts = [factsOf(host), ...(unchosen > 0 ? [ALONE] : []), ...(isOld(host, now) ? [OLD] : [])];
  return { text, detail: parts.filter((part) => part !== '').join(' · '), isWrong: false };
}

const ALONE = 'the only one of the folder';
const OLD = 'capture it again: memory, huge pages and drivers may be others by now';

/** A line for a list of profiles. */
export function describeInList(host: HostInfo, now: Date): string {
  if (host.trouble !== undefined) return `$(warning) ${host.trouble}`;
  const age = host.isReference ? undefined : originOf(host, now);
  return [factsOf(host), age].filter((part) => part !== undefined).join(' · ');
}

const factsOf = ({ label, size }: HostInfo): string =>
  [label, size].filter((part) => part !== undefined).join(' · ');

function originOf({ isReference, capturedAt }: HostInfo, now: Date): string | undefined {
  if (isReference) return 'a reference profile';
  return capturedAt === undefined ? undefined : `captured ${ageOf(capturedAt, now)}`;
}

/** Whether a profile says things of the machine that were true once, and hardly are by now. */
const isOld = ({ isReference, capturedAt }: HostInfo, now: Date): boolean =>
  !isReference && capturedAt !== undefined && now.getTime() - Date.parse(capturedAt) > STALE;

const HOUR = 3_600_000; // ms
const DAY = 24 * HOUR;
const MONTH = 30.44 * DAY;
const STALE = 90 * DAY;

/**
 * How long ago something was, roughly: what may have changed since matters by its order of magnitude.
 * @param time `2026-01-31T12:00:00Z`. A time to come, from a clock that differs, is as good as now.
 */
export function ageOf(time: string, now: Date): string {
  const age = now.getTime() - Date.parse(time);
  if (age < HOUR) return 'less than an hour ago';
  if (age < DAY) return ago(age / HOUR, 'hour');
  if (age < 2 * MONTH) return ago(age / DAY, 'day');
  if (age < 24 * MONTH) return ago(age / MONTH, 'month');
  return ago(age / (12 * MONTH), 'year');
}

function ago(amount: number, unit: string): string {
  const whole = Math.floor(amount);
  return `${whole} ${unit}${whole === 1 ? '' : 's'} ago`;
}
