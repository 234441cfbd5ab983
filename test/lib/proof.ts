import type { Analysis } from '../../server/src/service/analyze.ts';
import { type Finding, identityOf } from '../../server/src/service/finding.ts';
import { resolveFixes } from '../../server/src/service/fixes.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import { type AdaptationUse, adaptArguments, adaptDomain } from '../oracles/adaptations.ts';
import { recordScript } from '../oracles/bash.ts';
import { bootGuest } from '../oracles/boot.ts';
import { askDefine, askNative } from '../oracles/libvirt.ts';
import { type Answer, withScratch } from '../oracles/process.ts';
import { askQemu } from '../oracles/qemu.ts';
import { analyzeBlock, type Block } from './scenario.ts';

/** An error of a block that stands alone in it, and the text with it mended. */
export interface Isolated {
  readonly error: Finding;
  readonly text: string;
  /** Undefined where no fix is offered. */
  readonly fixed: string | undefined;
}

const errorsOf = (analysis: Analysis): Finding[] =>
  analysis.findings.filter((finding) => finding.severity === 'error');

/**
 * The block with all its errors mended but one; the real programs stop at the first, so each has to be asked alone.
 * Errors of the same rule that one fix mends together stay together. Undefined where others cannot be mended first.
 */
export function isolate(block: Block, identity: string): Isolated | undefined {
  let analysis = analyzeBlock(block);
  for (let round = 0; round < 20; round++) {
    const error = errorsOf(analysis).find((finding) => identityOf(finding) === identity);
    if (!error) return undefined;
    const others = errorsOf(analysis).filter((finding) => identityOf(finding) !== identity);
    const mended = isolatedIn(block, analysis, error);
    if (others.length === 0 || (mended.clean && others.every(({ rule }) => rule === error.rule)))
      return mended;
    const next = others
      .flatMap((other) => resolveFixes(analysis, other))
      .map((fix) => analyzeBlock(block, applyEdits(analysis.document.text, fix.edits)))
      .find((after) => errorsOf(after).some((finding) => identityOf(finding) === identity));
    // Several of one kind that nothing mends are refused together just as well.
    if (!next)
      return others.every(({ rule }) => rule === error.rule) ? { ...mended, fixed: undefined } : undefined;
    analysis = next;
  }
  return undefined;
}

/** `clean`: with its fix no error is left at all. */
function isolatedIn(block: Block, analysis: Analysis, error: Finding): Isolated & { clean: boolean } {
  const [fix] = resolveFixes(analysis, error);
  const { text } = analysis.document;
  const fixed = fix && applyEdits(text, fix.edits);
  const clean = fixed !== undefined && errorsOf(analyzeBlock(block, fixed)).length === 0;
  return { error, text, fixed, clean };
}

/** What the real program says, and what had to be replaced before it could be asked here. */
export interface Asked extends Answer {
  readonly used: readonly AdaptationUse[];
}

/** What the real program says to a whole text: the first refusal of any guest in it. */
export const ask = (block: Block, text: string): Promise<Asked> => askText(block.dialect, text);

export const askText = (dialect: Block['dialect'], text: string): Promise<Asked> =>
  dialect === 'qemu' ? askScript(text) : askDomain(text);

async function askScript(text: string): Promise<Asked> {
  const { commands, message } = await recordScript(text);
  if (commands.length === 0)
    return { verdict: 'unavailable', message: `no QEMU was started: ${message}`, used: [] };
  const all: AdaptationUse[] = [];
  for (const { program, args } of commands) {
    const answer = await withScratch((folder) => {
      const adapted = adaptArguments(args, folder, program);
      all.push(...adapted.used);
      return askQemu(adapted.args);
    });
    if (answer.verdict !== 'accepted') return { ...answer, used: all };
  }
  return { verdict: 'accepted', message: '', used: all };
}

/** What libvirt takes on define, it may still refuse when it makes a command line of it. */
async function askDomain(text: string): Promise<Asked> {
  const { xml, used } = adaptDomain(text);
  const answer = await askDefine(xml);
  return { ...(answer.verdict === 'accepted' ? await askNative(xml) : answer), used };
}

/** These keep what errors speak of: sums and equality of sizes, the family of a machine type. */
const FAITHFUL: ReadonlySet<string> = new Set(['size', 'machine-type']);

/**
 * The adaptation that replaced what an error speaks of, or what it names beside; undefined where the real program
 * saw just that. Its answer proves something only then.
 */
export function replacedFact(
  { span, related }: Finding,
  text: string,
  used: readonly AdaptationUse[],
): AdaptationUse | undefined {
  const spokenOf = [span, ...related.map((other) => other.span)].map(({ start, end }) =>
    text.slice(start, end),
  );
  return used.find(
    ({ id, before, after }) =>
      !FAITHFUL.has(id) && spokenOf.some((words) => mentions(before, words) && !mentions(after, words)),
  );
}

/** True where a text holds the words as such, and not as a part of others. */
function mentions(text: string, words: string): boolean {
  const around = text.split(words);
  return around.some(
    (before, i) => i + 1 < around.length && !/[\w.-]$/.test(before) && !/^[\w.-]/.test(around[i + 1]!),
  );
}

/** A guest whose firmware hangs shows nothing; one that boots does so well within this. */
const BOOT_TIMEOUT_MS = 40_000;

/** How many PCI devices the kernel of the booted guest sees; none where it does not get that far. */
export async function devicesSeen(block: Block, text: string): Promise<number> {
  const script = block.dialect === 'qemu' ? text : (await askNative(adaptDomain(text).xml)).message;
  const { commands } = await recordScript(script);
  const { program, args } = commands[0]!;
  const report = await withScratch((folder) =>
    bootGuest(adaptArguments(args, folder, program).args, BOOT_TIMEOUT_MS),
  );
  return report.devices.length;
}

/** How many arguments all QEMU commands of a script receive. */
export async function countArguments(text: string): Promise<number> {
  const { commands } = await recordScript(text);
  return commands.reduce((sum, command) => sum + command.args.length, 0);
}
