import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseVersion, type Target } from '../../server/src/guest/target.ts';
import type { Host } from '../../server/src/host/host.ts';
import { type Analysis, analyze } from '../../server/src/service/analyze.ts';
import type { Finding } from '../../server/src/service/finding.ts';
import { type ResolvedFix, resolveFixes } from '../../server/src/service/fixes.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { LineIndex } from '../../server/src/text/lineIndex.ts';
import type { Range } from '../../server/src/text/span.ts';
import { hostNamed } from './hosts.ts';

/** One configuration of a scenario page, and what is expected of it. */
export interface Block {
  /** `numa-cpus-overlap.md:12`: page and line of the opening fence. */
  readonly title: string;
  readonly rule: string;
  readonly dialect: 'qemu' | 'libvirt';
  readonly text: string;
  readonly target: Target;
  /** The machine of `host=two-node-workstation`. */
  readonly host?: Host | undefined;
  /** False for `ask=no`: the block is no whole configuration, so there is nothing to ask the real program. */
  readonly asked: boolean;
  /** The lines of the expect fence; empty where the block must stay silent. */
  readonly expected: string;
  /** Where the expect fence stands in the page, or where one would go. */
  readonly fence: Range;
}

const FENCE = /^```(sh|xml)([^\n]*)\n([\s\S]*?)^```\n(?:\n?```expect\n([\s\S]*?)^```\n)?/gm;

/** Characters that editors eat, as they are written in a page. */
const VISIBLE: Record<string, string> = { '␠': ' ', '␍': '\r', '␉': '\t' };

export const pagesFolder = path.resolve(import.meta.dirname, '..', 'rules');

function readPage(file: string): Block[] {
  const page = fs.readFileSync(file, 'utf8');
  const lines = new LineIndex(page);
  return [...page.matchAll(FENCE)].map((match) => {
    const [whole, language, info, body, expected] = match;
    const fenced = expected !== undefined;
    const start = fenced ? match.index + whole.indexOf('```expect\n') : match.index + whole.length;
    const option = (name: string): string | undefined => new RegExp(`\\b${name}=(\\S+)`).exec(info!)?.[1];
    return {
      title: `${path.basename(file)}:${lines.positionAt(match.index).line + 1}`,
      rule: path.basename(file, '.md'),
      dialect: language === 'sh' ? 'qemu' : 'libvirt',
      text: body!.replace(/[␠␍␉]/g, (mark) => VISIBLE[mark]!),
      target: {
        qemu: parseVersion(option('qemu') ?? ''),
        libvirt: parseVersion(option('libvirt') ?? ''),
      },
      host: hostNamed(option('host')),
      asked: option('ask') !== 'no',
      expected: expected ?? '',
      fence: { start, end: match.index + whole.length },
    };
  });
}

export const readAllPages = (): Block[] =>
  fs
    .readdirSync(pagesFolder)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .flatMap((name) => readPage(path.join(pagesFolder, name)));

/** Analyses the text of a block, or another text in its place. */
export function analyzeBlock(block: Block, text = block.text): Analysis {
  const source = { uri: block.title, text, dialect: block.dialect };
  const analysis = analyze(source, { ...DEFAULT_SETTINGS, target: block.target, host: block.host });
  if (!analysis) throw new Error(`${block.title}: the block is taken for none of our business`);
  const [failure] = analysis.failures;
  if (failure) throw new Error(`${block.title}: rule ${failure.rule} throws`, { cause: failure.cause });
  return analysis;
}

/** What a page speaks of: the findings of its own rule, and any error, so that its blocks are sound otherwise. */
export const findingsOf = (block: Block, analysis: Analysis): readonly Finding[] =>
  analysis.findings.filter((finding) => finding.rule === block.rule || finding.severity === 'error');

/** Renders findings in the language of the expect fence. */
export function render(block: Block, analysis: Analysis): string {
  const lines = new LineIndex(analysis.document.text);
  const place = (range: Range): string => {
    const text = analysis.document.text.slice(range.start, range.end);
    return `${lines.positionAt(range.start).line + 1} ${JSON.stringify(text)}`;
  };
  const fixLines = (fix: ResolvedFix): string[] => [
    `fix ${JSON.stringify(fix.title)} ${fix.applicability}`,
    ...fix.edits.map(({ range, newText }) => `  ${place(range)} -> ${JSON.stringify(newText)}`),
  ];
  return findingsOf(block, analysis)
    .flatMap((finding) => [
      `${place(finding.span)} ${finding.severity} ${finding.rule}: ${finding.message}`,
      ...finding.related.map(({ span, message }) => `related ${place(span)}: ${message}`),
      ...(finding.rule === block.rule ? resolveFixes(analysis, finding).flatMap(fixLines) : []),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

/** Rewrites the expectations of a page to what is found now. Where a rule throws, the page is left as it was. */
export function updatePage(file: string): void {
  let page = fs.readFileSync(file, 'utf8');
  for (const block of readPage(file).reverse()) {
    const actual = render(block, analyzeBlock(block));
    const fence = actual === '' ? '' : `\`\`\`expect\n${actual}\`\`\`\n`;
    page = page.slice(0, block.fence.start) + fence + page.slice(block.fence.end);
  }
  fs.writeFileSync(file, page);
}
