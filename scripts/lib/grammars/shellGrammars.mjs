// The grammars that colour QEMU's options inside shell scripts. One is for bare words and whole quoted words, the other for options
// that stand inside a longer string. They differ only in where an option may begin and where its value ends.
import { commands, listed, plain, shared, telling, typed } from './optionNames.mjs';
import {
  escapedChar,
  heads,
  json,
  keyValue,
  named,
  oneOf,
  quoted,
  scalars,
  shellParts,
} from './valuePatterns.mjs';

const after = String.raw`(?![\w=-])`; // no letter, and no "-m=" or "-smp-x", which is another program's

// Values that only QEMU gives to options whose names it shares with others.
const shapes = [
  String.raw`M[ \t]+(?:pc|q35|virt|microvm|none|type=)`,
  String.raw`name[ \t]+(?:guest=|[\w.-]+,(?:process|debug-threads)=)`,
  String.raw`display[ \t]+(?:none|gtk|sdl|vnc|curses|egl-headless|spice-app|dbus)\b`,
  String.raw`net[ \t]+(?:nic|user|tap|bridge|none)\b`,
  String.raw`(?:monitor|serial)[ \t]+(?:stdio|mon:|none\b|null\b|pty\b|chardev:|(?:unix|tcp|telnet|file):)`,
];
const memorySize = String.raw`m[ \t]+(?:size=|(?:\d+[KMGTkmgt]|[1-9]\d{3,})(?:,|["')\s]|$))`;

/** An option with its value on the same line; the value is left where `end` matches, before the character. */
const optionWithValue = (names, lead, end, patterns) => ({
  begin: String.raw`${lead}(--?${oneOf(names)})[ \t]+(?=[^\s\\;|&()<>\x60-])`,
  beginCaptures: { 1: named('support.function.option.qemu') },
  end,
  contentName: 'meta.value.qemu',
  patterns,
});

/**
 * Stretches that are QEMU's: from the first option that tells, or from QEMU's name, to where the command, the string or the line
 * ends, so that the options whose names are not QEMU's alone can be coloured after it.
 */
function stretches({ starts, scope, end }) {
  // The engine tries these at every character of every script, so the cheapest test comes first. Nothing is taken: the option's own
  // pattern does that.
  const atWord = String.raw`(?=[ \t-])(?:(?<![ \t])(?=[ \t])|^|(?<=${starts}))`;
  const atLineStart = String.raw`(?=[ \t-])(?:^|(?<=${starts}))`;
  const ofOurs = [
    oneOf(telling) + after,
    // Another option of the same command tells.
    String.raw`${oneOf(shared)}[ \t][^;|&#\n]*?[ \t]-${oneOf(telling)}${after}`,
    ...shapes,
  ];
  const begins = [
    String.raw`${atWord}(?=[ \t]*-${oneOf(ofOurs)})`,
    String.raw`${atLineStart}(?=[ \t]*-${memorySize})`,
    String.raw`(?=[ \t])(?<=${commands.join('|')})`,
  ];
  return begins.map((begin) => ({ name: scope, begin, end, patterns: [{ include: '#options' }] }));
}

const nameAlone = (lead) => ({
  match: `${lead}(--?${oneOf([...typed, ...listed, ...plain])})${after}`,
  captures: { 1: named('support.function.option.qemu') },
});

const grammar = (scopeName, injectionSelector, patterns, repository) => ({
  information_for_contributors: ['Written by scripts/grammars.mjs.'],
  scopeName,
  injectionSelector,
  patterns,
  repository: {
    ...Object.fromEntries(Object.entries(repository).map(([name, list]) => [name, { patterns: list }])),
    head: { patterns: heads },
    properties: { patterns: [...keyValue, ...scalars] },
  },
});

const include = (...names) => names.map((name) => ({ include: name }));

/** Options as words of a command or of an array, with values that may be quoted as a whole or in part. */
function words() {
  const lead = String.raw`(?:^[ \t]*|[ \t]+|(?<=\())`;
  const valueStop = String.raw`(?=[\s;|&<>()\x60])|(?=\\\n)`;
  const lists = {
    options: [
      optionWithValue(typed, lead, valueStop, include('#quoted-head', '#head', '#value')),
      optionWithValue(listed, lead, valueStop, include('#value')),
      nameAlone(lead),
      ...['line_continuation', 'option', 'argument', 'string', 'variable', 'interpolation'].map((rule) => ({
        include: `source.shell#${rule}`,
      })),
    ],
    'quoted-head': [
      quoted('double', String.raw`\G`, include('#head', '#inside-double')),
      quoted('single', String.raw`\G(?!'\s*\{)`, include('#head', '#properties')),
    ],
    value: [
      quoted('single', String.raw`\G(?='\s*\{)`, json),
      quoted('double', '', include('#inside-double')),
      quoted('single', '', include('#properties')),
      { name: 'constant.character.escape.shell', match: String.raw`\\.` },
      ...shellParts,
      ...include('#properties'),
      { name: 'string.unquoted.argument.shell', match: String.raw`[^\s,="'$\\;|&()<>\x60]+` },
    ],
    'inside-double': [escapedChar, ...shellParts, ...include('#properties')],
  };
  return [
    stretches({
      starts: String.raw`\(`,
      scope: 'meta.options.word.qemu',
      // An escaped line end goes on with the same command.
      end: String.raw`(?=[;|&<>()\x60]|[ \t]#)|(?<!\\)(?=\n)`,
    }),
    lists,
  ];
}

/** Options inside a string, such as OPTS="-m 4G -device virtio-net-pci,netdev=n0". */
function strings() {
  const lead = String.raw`(?:^[ \t]*|[ \t]+|(?<=["']))`;
  const valueStop = String.raw`(?=[\s"'\x60\\])`;
  const lists = {
    options: [
      optionWithValue(typed, lead, valueStop, include('#head', '#value')),
      optionWithValue(listed, lead, valueStop, include('#value')),
      nameAlone(lead),
      escapedChar,
      ...shellParts,
    ],
    value: [...shellParts, ...include('#properties')],
  };
  return [
    stretches({
      starts: `["']`,
      scope: 'meta.options.string.qemu',
      end: String.raw`(?=["'\x60])|(?<!\\)(?=\n)`,
    }),
    lists,
  ];
}

/** The grammars by the name of their file. What is already inside one of ours is left to its own patterns. */
export const shellGrammars = {
  'qemu-in-shell.tmLanguage.json': grammar(
    'virtlens.qemu-in-shell',
    // The shell's own rules for a command's name and for one argument end at a blank, and only then it is our turn.
    'L:source.shell -comment -string.quoted -meta.statement.command.name -meta.argument -meta.options -meta.value',
    ...words(),
  ),
  'qemu-in-shell-strings.tmLanguage.json': grammar(
    'virtlens.qemu-in-shell-strings',
    'L:source.shell string.quoted -comment -meta.options.string -meta.value',
    ...strings(),
  ),
};
