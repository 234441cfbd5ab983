import { machineTypes } from '../qemu.ts';
import { deviceSteps } from './devices.ts';
import { fileSteps } from './files.ts';
import { asksForHardware, isKvmProgram, machineSteps } from './machine.ts';
import { memorySteps } from './memory.ts';
import { outsideSteps } from './outside.ts';
import { Properties } from './properties.ts';
import { Scratch } from './scratch.ts';
import { scaleSizes } from './sizes.ts';
import type { Context } from './step.ts';
import type { AdaptationId, AdaptationUse } from './table.ts';
import { type Option, readOptions, writeOption } from './words.ts';

const STEPS = [...machineSteps, ...memorySteps, ...deviceSteps, ...outsideSteps, ...fileSteps];

/**
 * Turns the arguments of a user's QEMU command line (without the program's name) into ones that this machine can try,
 * by the fixed table of adaptations. Options that no adaptation touches stay byte for byte, wrong ones included.
 * `scratchDir` receives the files that stand for the author's; give each question one of its own.
 * `program` is the name by which the author calls QEMU, as kvm means acceleration. `present` names the adaptations that
 * are not made, where the machine that is asked has what the author's has.
 */
export function adaptArguments(
  args: readonly string[],
  scratchDir: string,
  program = 'qemu-system-x86_64',
  present: readonly AdaptationId[] = [],
): { args: string[]; used: AdaptationUse[] } {
  const { options, used } = scaleSizes(readOptions(args));
  if (isKvmProgram(program)) used.push({ id: 'accelerator', before: program, after: 'qemu-system-x86_64' });
  const context: Context = {
    scratch: new Scratch(scratchDir),
    formats: blockFormats(options),
    onHardware: asksForHardware(program, options),
    machines: machineTypes(),
  };
  const adapted = options.flatMap((option) => adaptOption(option, context, present, used));
  return { args: adapted.flatMap(writeOption), used };
}

function adaptOption(
  original: Option,
  context: Context,
  present: readonly AdaptationId[],
  used: AdaptationUse[],
): Option[] {
  let option = original;
  for (const { id, options, adapt } of STEPS) {
    if (!options.includes(option.name) || present.includes(id)) continue;
    const next = adapt(option, context);
    const before = writeOption(option).join(' ');
    const after = next === undefined ? '' : writeOption(next).join(' ');
    if (after !== before) used.push({ id, before, after });
    if (next === undefined) return [];
    option = next;
  }
  return [option];
}

/** Which format is read from which node: libvirt writes the file and the format above it as two -blockdev. */
function blockFormats(options: readonly Option[]): Map<string, string> {
  const formats = new Map<string, string>();
  for (const { name, value } of options) {
    const node = name === 'blockdev' && value !== undefined ? Properties.parse(value, 'driver') : undefined;
    const file = node?.get('file');
    const driver = node?.get('driver');
    if (file !== undefined && driver !== undefined) formats.set(file, driver);
  }
  return formats;
}
