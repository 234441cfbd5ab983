import type { Option } from '../../dialects/qemu/option.ts';
import type { OptionText } from '../../dialects/qemu/optionText.ts';
import { oncePer } from '../../values/oncePer.ts';

/**
 * A question about what an option says, whatever the place and whatever else is on the line. Where the answer was nothing,
 * the same text is not looked into again: of the options of a script most stay what they are from one reading to the next.
 */
export function askedOnce<T>(find: (option: Option) => T | undefined): (option: Option) => T | undefined {
  const verdictOn = oncePer((_text: OptionText) => ({ isSound: false }));
  return (option) => {
    const verdict = verdictOn(option.text);
    if (verdict.isSound) return undefined;
    const found = find(option);
    verdict.isSound = found === undefined;
    return found;
  };
}
