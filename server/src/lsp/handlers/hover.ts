import { hoverAt } from '../../service/hover.ts';
import { checkpoint } from '../cancellation.ts';
import { fromPosition, toHover } from '../convert.ts';
import type { Session } from '../session.ts';

/** textDocument/hover */
export function answerHovers(session: Session): void {
  session.connection.onHover(async ({ textDocument, position }, token) => {
    await checkpoint(token);
    const reading = await session.read(textDocument.uri);
    if (!reading?.analysis) return null;
    await checkpoint(token);
    const hover = hoverAt(reading.analysis, fromPosition(reading.lines, position));
    return hover ? toHover(reading.lines, hover, session.client.rendersMarkdown) : null;
  });
}
