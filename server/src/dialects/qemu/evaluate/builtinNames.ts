import type { ShellWord, SimpleCommand } from '../../../syntax/shell/tree.ts';

export interface BuiltinNames {
  /** The name of the command, where it is written out. */
  readonly command: string | undefined;
  /** What it assigns, `@` for the positional parameters. */
  readonly names: readonly string[];
}

/** Which options of the builtins that read something take an argument of their own. */
const OPTIONS_WITH_ARGUMENT: Record<string, string> = {
  read: 'adinNptu',
  mapfile: 'dnOsuCc',
  readarray: 'dnOsuCc',
};

const IDENTIFIER = /^[A-Za-z_]\w*/;

/** What a builtin assigns, as far as its words tell without evaluating them. */
export function namesSetByBuiltin({ words }: SimpleCommand): BuiltinNames {
  const texts = words.map((word) => (word.kind === 'word' ? literalText(word) : undefined));
  const [command, ...rest] = texts;
  return { command, names: command === undefined ? [] : assigned(command, rest) };
}

function assigned(command: string, words: readonly (string | undefined)[]): readonly string[] {
  switch (command) {
    case 'read':
      return operands(command, words, 'REPLY', /a$/);
    case 'mapfile':
    case 'readarray':
      return operands(command, words, 'MAPFILE');
    case 'getopts':
      return ['OPTARG', 'OPTIND', ...identifiers(words.slice(1, 2))];
    case 'printf':
      return words[0] === '-v' ? identifiers(words.slice(1, 2)) : [];
    case 'let':
    case 'unset':
      return identifiers(words);
    case 'set':
    case 'shift':
      return ['@'];
    default:
      return [];
  }
}

/** The names behind the options, and the argument of an option that names a variable. */
function operands(
  command: string,
  words: readonly (string | undefined)[],
  otherwise: string,
  naming?: RegExp,
): readonly string[] {
  const withArgument = OPTIONS_WITH_ARGUMENT[command] ?? '';
  const names: (string | undefined)[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word?.startsWith('-') || word === '-') names.push(word);
    else if (withArgument.includes(word.at(-1)!)) {
      i++;
      if (naming?.test(word)) names.push(words[i]);
    }
  }
  const found = identifiers(names);
  return found.length > 0 ? found : [otherwise];
}

const identifiers = (words: readonly (string | undefined)[]): string[] =>
  words.flatMap((word) => IDENTIFIER.exec(word ?? '')?.[0] ?? []);

/** The text of a word that has nothing but text in it. */
export function literalText(word: ShellWord): string | undefined {
  let text = '';
  for (const part of word.parts) {
    if (part.kind !== 'text') return undefined;
    text += part.text;
  }
  return text;
}
