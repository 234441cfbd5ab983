import type { CpuFeature } from '../../guest/processor.ts';
import type { TextEdit } from '../../text/edit.ts';
import { CannotWrite } from '../change.ts';
import { type CommandLine, optionsNamed } from './commandLine.ts';
import { featureName } from './lower/processor.ts';
import type { Option } from './option.ts';
import { insertAfter, removeProperty, replaceProperty, setProperty } from './places.ts';

/** Names the accelerator where one is named already, else in an option of its own behind the machine. */
export function setAccelerator(text: string, line: CommandLine, name: string): TextEdit {
  const accel = optionsNamed(line, 'accel')[0];
  if (accel) return setProperty(accel, 'accel', name);
  const machine = optionsNamed(line, 'machine', 'M').findLast((option) => option.find('accel'));
  if (machine) return setProperty(machine, 'accel', name);
  const after = optionsNamed(line, 'machine', 'M')[0] ?? line.options[0];
  if (!after) throw new CannotWrite('there is no option to stand behind');
  return insertAfter(text, after, ['-accel', name]);
}

/** Names another model of CPU; its features stay. @throws CannotWrite where there is no -cpu */
export function setCpuModel(line: CommandLine, name: string): TextEdit {
  const option = optionsNamed(line, 'cpu').at(-1);
  if (!option) throw new CannotWrite('no -cpu names a model');
  return setProperty(option, 'model', name);
}

/**
 * Gives the CPUs as many bits of physical addresses, or those of the host's.
 * @throws CannotWrite where there is no -cpu
 */
export function setAddressBits(line: CommandLine, bits: number | 'host'): TextEdit {
  const option = optionsNamed(line, 'cpu').at(-1);
  if (!option) throw new CannotWrite('no -cpu names a model');
  if (bits !== 'host') return setProperty(option, 'phys-bits', String(bits));
  const written = option.find('phys-bits');
  return written
    ? replaceProperty(option, written, 'host-phys-bits=on')
    : setProperty(option, 'host-phys-bits', 'on');
}

/** Leaves a feature to what the model makes of it. */
export function removeFeature(option: Option, feature: CpuFeature): TextEdit {
  const property = option.properties.findLast((each) => featureName(each) === feature.name);
  if (!property) throw new CannotWrite('the feature does not stand on the command line');
  return removeProperty(option, property);
}
