import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeActionTriggerKind,
} from 'vscode-languageserver';
import { findingsAt, hasSafeFixes, offerFixes, offerRepairs } from '../../service/actions.ts';
import type { Analysis } from '../../service/analyze.ts';
import type { Finding } from '../../service/finding.ts';
import { offerPlacement } from '../../service/place.ts';
import { offerRefactorings } from '../../service/refactor/offer.ts';
import { REFACTOR_KINDS } from '../../service/refactor/refactoring.ts';
import { offerSuppression } from '../../service/suppress.ts';
import type { Range } from '../../text/span.ts';
import { checkpoint } from '../cancellation.ts';
import { fromRange, toDiagnostic } from '../convert.ts';
import { toAction } from '../edits.ts';
import { EXPLAIN_RULE } from '../messages.ts';
import type { Reading, Session } from '../session.ts';
import { answerResolves, deferred } from './resolve.ts';

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.virtlens`;

interface Asked {
  readonly session: Session;
  readonly reading: Reading;
  readonly analysis: Analysis;
  readonly range: Range;
}

/** textDocument/codeAction and codeAction/resolve */
export function answerCodeActions(session: Session): void {
  const { connection } = session;
  connection.onCodeAction(async ({ textDocument, range, context }, token) => {
    await checkpoint(token);
    const reading = await session.read(textDocument.uri);
    if (!reading?.analysis) return [];
    const asked = { session, reading, analysis: reading.analysis, range: fromRange(reading.lines, range) };
    const actions: CodeAction[] = [];
    if (wants(context, CodeActionKind.QuickFix)) actions.push(...(await quickFixes(asked, context, token)));
    actions.push(...refactorings(asked, context));
    if (wants(context, FIX_ALL) && hasSafeFixes(asked.analysis)) actions.push(fixAllAction(asked));
    return actions;
  });
  answerResolves(session);
}

/** True where actions of a kind are asked for: by name, by the name of a family, or by no name at all. */
const wants = ({ only }: CodeActionParams['context'], kind: string): boolean =>
  only === undefined || only.some((asked) => kind === asked || kind.startsWith(`${asked}.`));

/** Each has been tried out, so that they are not worked out with every move of the cursor. */
function refactorings(asked: Asked, context: CodeActionParams['context']): CodeAction[] {
  const { session, reading, analysis, range } = asked;
  const uncalled = context.triggerKind === CodeActionTriggerKind.Automatic && range.start === range.end;
  if (uncalled || !REFACTOR_KINDS.some((kind) => wants(context, kind))) return [];
  return offerRefactorings(analysis, range)
    .filter(({ kind }) => wants(context, kind))
    .map(({ title, kind, edits }) => ({ title, kind, ...toAction(session, reading, edits) }));
}

/** What concerns the findings at the cursor: first what mends them, then what silences and explains them. */
async function quickFixes(
  asked: Asked,
  context: CodeActionParams['context'],
  token: CancellationToken,
): Promise<CodeAction[]> {
  const findings = findingsAt(asked.analysis, asked.range);
  const fixes: CodeAction[] = [];
  const others: CodeAction[] = [];
  for (const finding of findings) {
    await checkpoint(token);
    fixes.push(...fixActions(asked, finding));
    others.push(...suppressActions(asked, finding), ...explainActions(asked, finding));
  }
  // An editor that asks with every move of the cursor would show its light bulb all over a guest with errors.
  const uncalled = context.triggerKind === CodeActionTriggerKind.Automatic;
  const repairs = uncalled && !findings.some(isError) ? [] : repairActions(asked);
  // Likewise for what moves a whole guest: where nothing is wrong, it has to be asked for.
  const placements = uncalled && findings.length === 0 ? [] : placementActions(asked);
  return [...fixes, ...repairs, ...placements, ...others];
}

const isError = (finding: Finding): boolean => finding.severity === 'error';

const diagnosticsOf = ({ session, reading }: Asked, finding: Finding) => [
  toDiagnostic(reading.lines, finding, session.client, session.pages),
];

const fixActions = (asked: Asked, finding: Finding): CodeAction[] =>
  offerFixes(asked.analysis, finding).map(({ title, preferred, edits }) => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: diagnosticsOf(asked, finding),
    ...(preferred ? { isPreferred: true } : {}),
    ...toAction(asked.session, asked.reading, edits),
  }));

function suppressActions(asked: Asked, finding: Finding): CodeAction[] {
  const offer = offerSuppression(asked.analysis, finding);
  if (!offer) return [];
  return [
    {
      title: offer.title,
      kind: CodeActionKind.QuickFix,
      diagnostics: diagnosticsOf(asked, finding),
      ...toAction(asked.session, asked.reading, offer.edits),
    },
  ];
}

function explainActions(asked: Asked, finding: Finding): CodeAction[] {
  if (!asked.session.client.commands.has(EXPLAIN_RULE)) return [];
  const title = `Explain ${finding.rule}`;
  return [
    {
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: diagnosticsOf(asked, finding),
      command: { title, command: EXPLAIN_RULE, arguments: [finding.rule] },
    },
  ];
}

const repairActions = (asked: Asked): CodeAction[] =>
  offerRepairs(asked.analysis, asked.range).map(({ subject, title }) =>
    deferred(
      asked.session,
      asked.reading,
      { title, kind: CodeActionKind.QuickFix },
      { work: 'repair', subject },
    ),
  );

const placementActions = (asked: Asked): CodeAction[] =>
  offerPlacement(asked.analysis, asked.range).map(({ title, work }) =>
    deferred(asked.session, asked.reading, { title, kind: CodeActionKind.QuickFix }, work),
  );

const fixAllAction = ({ session, reading }: Asked): CodeAction =>
  deferred(session, reading, { title: 'Apply all safe fixes', kind: FIX_ALL }, { work: 'fix-all' });
