import type { Analysis } from '../../server/src/service/analyze.ts';
import { type Finding, identityOf } from '../../server/src/service/finding.ts';
import { resolveFixes } from '../../server/src/service/fixes.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import { adaptArguments, adaptDomain } from '../oracles/adaptations.ts';
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

/** What the real program says to a whole text: the first refusal of any guest in it. */
export async function ask(block: Block, text: string): Promise<Answer> {
  return block.dialect === 'qemu' ? askScript(text) : askDomain(text);
}

async function askScript(text: string): Promise<Answer> {
  const { commands, message } = await recordScript(text);
  if (commands.length === 0) return { verdict: 'unavailable', message: `no QEMU was started: ${message}` };
  for (const { program, args } of commands) {
    const answer = await withScratch((folder) => askQemu(adaptArguments(args, folder, program).args));
    if (answer.verdict !== 'accepted') return answer;
  }
  return { verdict: 'accepted', message: '' };
}

/** What libvirt takes on define, it may still refuse when it makes a command line of it. */
async function askDomain(text: string): Promise<Answer> {
  const { xml } = adaptDomain(text);
  const answer = await askDefine(xml);
  return answer.verdict === 'accepted' ? askNative(xml) : answer;
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
