import {
  type CompletionItem,
  CompletionItemKind,
  CompletionItemTag,
  type CompletionList,
  type CompletionOptions,
  InsertTextFormat,
  InsertTextMode,
} from 'vscode-languageserver';
import { complete } from '../../service/complete/complete.ts';
import {
  type Completion,
  type CompletionKind,
  type Insertion,
  plainText,
} from '../../service/complete/completion.ts';
import type { LineIndex } from '../../text/lineIndex.ts';
import { checkpoint } from '../cancellation.ts';
import type { Client } from '../client.ts';
import { fromPosition, toMarkup, toRange } from '../convert.ts';
import { SUGGEST } from '../messages.ts';
import type { Session } from '../session.ts';

/** What editors are to ask behind, without being told by the user. */
export const COMPLETION: CompletionOptions = {
  triggerCharacters: ['-', ',', '=', '<', ' ', '"', "'", ':', '/'],
};

const KINDS: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  attribute: CompletionItemKind.Property,
  'closing-tag': CompletionItemKind.Struct,
  element: CompletionItemKind.Struct,
  option: CompletionItemKind.Keyword,
  pattern: CompletionItemKind.Snippet,
  property: CompletionItemKind.Property,
  reference: CompletionItemKind.Reference,
  type: CompletionItemKind.Class,
  value: CompletionItemKind.EnumMember,
};

/** textDocument/completion: the text is read as it is now, without the rules, so that nobody waits for these. */
export function answerCompletions(session: Session): void {
  session.connection.onCompletion(
    async ({ textDocument, position, context }, token): Promise<CompletionList | null> => {
      await checkpoint(token);
      const open = await session.source(textDocument.uri);
      if (!open) return null;
      const { source, document, settings, lines } = open;
      const offset = fromPosition(lines, position);
      const { target, host } = settings;
      const items = complete({ source, document, offset, target, host, trigger: context?.triggerCharacter });
      if (items.length === 0) return null;
      return { isIncomplete: false, items: items.map((item) => toItem(lines, item, session.client)) };
    },
  );
}

function toItem(lines: LineIndex, item: Completion, client: Client): CompletionItem {
  const { label, kind, detail, documentation, range, insertion, filterText, sortText } = item;
  const isSnippet = client.fillsSnippets && insertion.some((part) => typeof part !== 'string');
  const newText = isSnippet ? toSnippet(insertion) : plainText(insertion);
  return {
    label,
    kind: KINDS[kind],
    filterText,
    sortText,
    textEdit: { range: toRange(lines, range), newText },
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined
      ? {}
      : { documentation: toMarkup(documentation, client.rendersMarkdown) }),
    ...(isSnippet ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
    // Lines are indented as they are to stand.
    ...(newText.includes('\n') ? { insertTextMode: InsertTextMode.asIs } : {}),
    ...(item.deprecated ? { tags: [CompletionItemTag.Deprecated] } : {}),
    ...(item.continues && client.commands.has(SUGGEST)
      ? { command: { title: 'Suggest', command: SUGGEST } }
      : {}),
  };
}

const toSnippet = (insertion: Insertion): string =>
  insertion
    .map((part) => {
      if (typeof part === 'string') return escapeSnippet(part);
      return part.text === '' ? `$${part.stop}` : `\${${part.stop}:${escapeSnippet(part.text)}}`;
    })
    .join('');

const escapeSnippet = (text: string): string => text.replace(/[\\$}]/g, (character) => `\\${character}`);
