// What the value of an option is made of: keys, ids, sizes, addresses, types, quoted pieces and JSON.
import { idKeys } from './optionNames.mjs';

export const oneOf = (names) => `(?:${names.join('|')})`;
export const named = (name) => ({ name });

const valueEnd = String.raw`(?=[,\s"');\\]|$)`;
const keyStart = String.raw`(?<=[,"' \t])`;

export const keyValue = [
  {
    match: `${keyStart}(${idKeys.join('|')})(=)([\\w.:-]+)?`,
    captures: {
      1: named('variable.parameter.property.qemu'),
      2: named('keyword.operator.assignment.qemu'),
      3: named('variable.other.constant.id.qemu'),
    },
  },
  {
    match: String.raw`${keyStart}([A-Za-z_][\w.-]*)(=)`,
    captures: {
      1: named('variable.parameter.property.qemu'),
      2: named('keyword.operator.assignment.qemu'),
    },
  },
];

export const scalars = [
  {
    name: 'constant.numeric.pci-address.qemu',
    match: String.raw`(?<==)(?:(?:\h{1,8}:)?\h{2}:\h{2}\.[0-7]|(?<=addr=)(?:0x)?\h{1,2}(?:\.(?:0x)?[0-7])?)${valueEnd}`,
  },
  {
    match: String.raw`(?<=[= \t"'])(?:(0x\h+)|(\d+(?:\.\d+)?)([bBkKmMgGtTpPeE])?|(\d+)(-)(\d+))${valueEnd}`,
    captures: {
      1: named('constant.numeric.hex.qemu'),
      2: named('constant.numeric.qemu'),
      3: named('keyword.other.unit.qemu'),
      4: named('constant.numeric.qemu'),
      5: named('keyword.operator.range.qemu'),
      6: named('constant.numeric.qemu'),
    },
  },
  { name: 'constant.language.qemu', match: `(?<==)(?:on|off|yes|no|true|false)${valueEnd}` },
  { name: 'constant.character.escape.comma.qemu', match: ',,' },
  { name: 'punctuation.separator.property.qemu', match: ',' },
];

/** What the value of a typed option begins with: a type, or for -global the type before the dot. */
export const heads = [
  { name: 'entity.name.type.driver.qemu', match: String.raw`\G[A-Za-z_][\w.+-]*${valueEnd}` },
  {
    match: String.raw`\G([A-Za-z][\w-]*)(\.)([\w-]+)(=)`,
    captures: {
      1: named('entity.name.type.driver.qemu'),
      2: named('punctuation.accessor.qemu'),
      3: named('variable.parameter.property.qemu'),
      4: named('keyword.operator.assignment.qemu'),
    },
  },
];

export const shellParts = [{ include: 'source.shell#variable' }, { include: 'source.shell#interpolation' }];
export const escapedChar = { name: 'constant.character.escape.shell', match: String.raw`\\[$"\x60\\\n]` };

/** A quoted value or a quoted piece of one, in the scopes that the shell's own grammar gives to strings. */
export function quoted(kind, lead, patterns) {
  const mark = { double: '"', single: "'" }[kind];
  return {
    name: `string.quoted.${kind}.shell`,
    begin: lead + mark,
    beginCaptures: { 0: named('punctuation.definition.string.begin.shell') },
    end: mark,
    endCaptures: { 0: named('punctuation.definition.string.end.shell') },
    patterns,
  };
}

const jsonString = String.raw`"(?:[^"\\']|\\.)*"`;
const jsonPair = (keys, scope) => ({
  match: String.raw`("${oneOf(keys)}")\s*(:)\s*(${jsonString})`,
  captures: {
    1: named('variable.parameter.property.qemu'),
    2: named('punctuation.separator.key-value.qemu'),
    3: named(scope),
  },
});
export const json = [
  jsonPair(['driver', 'qom-type', 'type', 'backend'], 'entity.name.type.driver.qemu'),
  jsonPair(idKeys, 'variable.other.constant.id.qemu'),
  {
    match: String.raw`(${jsonString})\s*(:)`,
    captures: {
      1: named('variable.parameter.property.qemu'),
      2: named('punctuation.separator.key-value.qemu'),
    },
  },
  { name: 'string.quoted.double.json.qemu', match: jsonString },
  {
    name: 'constant.numeric.qemu',
    match: String.raw`(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])`,
  },
  { name: 'constant.language.qemu', match: String.raw`\b(?:true|false|null)\b` },
];
