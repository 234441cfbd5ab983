import { reasonFor } from '../../service/reasons.ts';
import { statusOf } from '../../service/status.ts';
import { toRange } from '../convert.ts';
import { hostInfo } from '../hostInfo.ts';
import { STATUS, type StatusParams } from '../messages.ts';
import type { Reading, Session } from '../session.ts';

/**
 * virtlens/status: how much of a document was understood, and on which host profile it was judged. Told with every
 * version that is read, and when the profile has changed.
 */
export function tellStatus(session: Session): void {
  if (!session.client.wantsStatus) return;
  const tell = (reading: Reading): void =>
    session.inBackground(session.connection.sendNotification(STATUS, paramsOf(reading)));
  // Somebody waits for what the reading was made for, and nobody for this.
  session.onRead = (reading) => void setImmediate(tell, reading);
}

function paramsOf({ uri, lines, analysis, host, unchosen }: Reading): StatusParams {
  if (!analysis || analysis.document.subjects.length === 0) return { uri };
  const { unit, total, understood, gaps } = statusOf(analysis);
  return {
    uri,
    status: {
      unit,
      total,
      understood,
      gaps: gaps.map(({ span, why }) => ({ range: toRange(lines, span), why: reasonFor(why) })),
      ...(host ? { host: hostInfo(host) } : {}),
      ...(unchosen > 0 ? { unchosenHosts: unchosen } : {}),
    },
  };
}
