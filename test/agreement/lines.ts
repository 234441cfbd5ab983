import type { Version } from '../../server/src/guest/target.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { type AdaptationUse, adaptArguments } from '../oracles/adaptations.ts';
import { recordScript } from '../oracles/bash.ts';
import { type Answer, withScratch } from '../oracles/process.ts';
import { askQemu } from '../oracles/qemu.ts';
import { randomNumbers } from '../oracles/xmlMutations.ts';
import { COMMAND_LINES, optionsOf } from './commandLines.ts';
import { type Compared, errorsIn, PROVEN_BY_BOOT } from './compare.ts';
import { LINE_MUTATIONS } from './lineMutations.ts';
import { PERIPHERAL_LINES } from './peripheralLines.ts';

const LINES: Readonly<Record<string, string>> = { ...COMMAND_LINES, ...PERIPHERAL_LINES };

export interface Line {
  readonly base: string;
  readonly mutation: string | undefined;
  readonly options: readonly string[];
}

/** The valid lines, and `count` mutations of them, the same for the same seed; none twice. */
export function lines(count: number, seed: number): Line[] {
  const random = randomNumbers(seed);
  const bases = Object.entries(LINES);
  const kinds = Object.entries(LINE_MUTATIONS);
  const valid = bases.map(([base, line]) => ({ base, mutation: undefined, options: optionsOf(line) }));
  const seen = new Set(valid.map(({ options }) => options.join('\n')));
  const mutants: Line[] = [];
  for (let i = 0; mutants.length < count && i < count * 20; i++) {
    const [base, line] = bases[i % bases.length]!;
    const [mutation, mutate] = kinds[Math.floor(random() * kinds.length)]!;
    const options = mutate(optionsOf(line), random);
    const key = options?.join('\n');
    if (!options || key === undefined || seen.has(key)) continue;
    seen.add(key);
    mutants.push({ base, mutation, options });
  }
  return [...valid, ...mutants];
}

/** A script as a user would write it. */
const scriptOf = ({ options }: Line): string =>
  `qemu-system-x86_64 \\\n  ${options.map(quoted).join(' \\\n  ')}\n`;

const quoted = (option: string): string => option.replace(/\{.*\}/, (json) => `'${json}'`);

/**
 * Puts a line to the real QEMU and to us.
 * @returns undefined where the oracle puts something else in the place of what was changed, so that QEMU is not asked about it
 */
export async function compareLine(line: Line, version: Version): Promise<Compared | undefined> {
  const text = scriptOf(line);
  const theirs = await answerOf(text, line);
  // A size that this machine does not have is no mistake of the line.
  if (!theirs || /Cannot allocate memory/.test(theirs.message)) return undefined;
  const settings = { ...DEFAULT_SETTINGS, target: { ...DEFAULT_SETTINGS.target, qemu: version } };
  const errors = errorsIn('line.sh', text, settings);
  const before = new Set(optionsOf(LINES[line.base]!));
  return {
    base: line.base,
    mutation: line.mutation,
    text,
    changed: line.options.filter((option) => !before.has(option)).join(' '),
    theirs,
    ours: errors.map(({ rule, message }) => `${rule}: ${message}`),
    provenByBoot: errors.length > 0 && errors.every(({ rule }) => PROVEN_BY_BOOT.has(rule)),
  };
}

async function answerOf(text: string, line: Line): Promise<Answer | undefined> {
  const { commands, message } = await recordScript(text);
  const [command] = commands;
  if (!command) return { verdict: 'unavailable', message };
  return withScratch(async (folder) => {
    const { args, used } = adaptArguments(command.args, folder, command.program);
    return isLost(line, used) ? undefined : askQemu(args);
  });
}

/** Whether a property that the valid line does not have is gone after an adaptation; sizes are scaled, and stay wrong. */
function isLost({ base, options }: Line, used: readonly AdaptationUse[]): boolean {
  const valid = new Set(optionsOf(LINES[base]!).flatMap(partsOf));
  const changed = options.flatMap(partsOf).filter((part) => !valid.has(part));
  const whole = new Set(optionsOf(LINES[base]!));
  return used.some(({ id, before, after }) => {
    // A key that the oracle adds makes good what was left out.
    const written = new Set(partsOf(before).map(keyOf));
    if (!whole.has(before) && partsOf(after).some((part) => !written.has(keyOf(part)))) return true;
    const kept = new Set(partsOf(after));
    const replaced = partsOf(before).filter((part) => !kept.has(part));
    return id !== 'size' && replaced.some((part) => changed.includes(part));
  });
}

const keyOf = (part: string): string => part.split('=', 1)[0]!;

const partsOf = (option: string): string[] => option.split(/[ ,]/);
