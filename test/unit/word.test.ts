import { describe, expect, it } from 'vitest';
import type { QemuVariant } from '../../server/src/dialects/document.ts';
import type { CommandLine } from '../../server/src/dialects/qemu/commandLine.ts';
import { readScript } from '../../server/src/dialects/qemu/document.ts';
import { quote } from '../../server/src/dialects/qemu/word.ts';
import type { Known, Value } from '../../server/src/guest/value.ts';

function lineOf(script: string): CommandLine {
  const [subject] = readScript('vm.sh', script).subjects;
  return (subject!.variants[0] as QemuVariant).line;
}

/** A value of the only option of that name, and what the script holds where it is shown and edited. */
function look(script: string, option: string, key: string) {
  const value: Value<string> = lineOf(script)
    .options.find(({ name }) => name === option)!
    .value(key);
  const { span, slot, origin } = value as Known<string>;
  const at = (range: { start: number; end: number } | undefined): string | undefined =>
    range && script.slice(range.start, range.end);
  return {
    state: value.state,
    value: (value as Known<string>).value,
    shown: at(span),
    edited: at(slot?.span),
    origin,
  };
}

describe('where a value is shown, and where it is edited', () => {
  it('a literal: both in the word', () => {
    expect(look('qemu-system-x86_64 -m size=4G,slots=2', 'm', 'size')).toMatchObject({
      value: '4G',
      shown: '4G',
      edited: '4G',
    });
  });

  it('a variable: shown where it is used, edited where it is set', () => {
    const found = look('MEM=4G\nqemu-system-x86_64 -m $MEM', 'm', 'size');
    expect(found).toMatchObject({
      value: '4G',
      shown: '$MEM',
      edited: '4G',
      origin: { kind: 'variable', name: 'MEM' },
    });
  });

  it('a variable used twice has no place of its own', () => {
    const found = look('MEM=4G\necho $MEM\nqemu-system-x86_64 -m $MEM', 'm', 'size');
    expect(found).toMatchObject({ value: '4G', shown: '$MEM', edited: undefined });
  });

  it('an element of an array is a literal, a variable inside it is news', () => {
    const script = 'MEM=4G\nargs=(-m "$MEM" -smp 4)\nqemu-system-x86_64 "${args[@]}"';
    expect(look(script, 'm', 'size')).toMatchObject({ value: '4G', shown: '$MEM', origin: { name: 'MEM' } });
    expect(look(script, 'smp', 'cpus')).toMatchObject({
      value: '4',
      shown: '4',
      edited: '4',
      origin: { kind: 'literal' },
    });
  });

  it('a list in a variable: in the definition', () => {
    const script = 'OPTS="-m 4G -smp 2"\nqemu-system-x86_64 $OPTS';
    expect(look(script, 'smp', 'cpus')).toMatchObject({ value: '2', shown: '2', edited: '2' });
  });

  it('JSON', () => {
    const script = `qemu-system-x86_64 -device '{"driver":"vfio-pci","host":"01:00.0","multifunction":true}'`;
    expect(look(script, 'device', 'host')).toMatchObject({
      value: '01:00.0',
      shown: '01:00.0',
      edited: '01:00.0',
    });
    expect(look(script, 'device', 'multifunction')).toMatchObject({ value: 'on', shown: 'true' });
  });

  it('a doubled comma is one', () => {
    expect(look('qemu-system-x86_64 -drive file=a,,b.img,if=none', 'drive', 'file')).toMatchObject({
      value: 'a,b.img',
    });
  });

  it('across a continued line inside a word', () => {
    expect(look('qemu-system-x86_64 -device vfio-pci,\\\nhost=01:00.0', 'device', 'host')).toMatchObject({
      value: '01:00.0',
    });
  });

  it('a parameter that nobody has passed is not a number', () => {
    expect(look('qemu-system-x86_64 -smp $(( $1 + 2 ))', 'smp', 'cpus')).toMatchObject({ state: 'unknown' });
    expect(look('f() { qemu-system-x86_64 -smp $(( $1 + 2 )); }\nf 6', 'smp', 'cpus')).toMatchObject({
      value: '8',
    });
  });

  it('a part of what is computed has no place of its own', () => {
    const found = look('P=/vfio-pci,id=x\nqemu-system-x86_64 -device ${P#/}', 'device', 'id');
    expect(found).toMatchObject({ value: 'x', edited: undefined });
  });

  it('what is not known makes the rest of the option uncertain', () => {
    const script = 'qemu-system-x86_64 -device vfio-pci,host=$(pick),id=gpu';
    expect(look(script, 'device', 'host')).toMatchObject({ state: 'unknown', shown: '$(pick)' });
    expect(look(script, 'device', 'bus')).toMatchObject({ state: 'unknown' });
    expect(look(script, 'device', 'id')).toMatchObject({ value: 'gpu' });
  });
});

describe('quote', () => {
  it.each([
    ['a b', 'bare', 'a\\ b'],
    ['a"b', 'double', 'a\\"b'],
    ["a'b", 'single', "a'\\''b"],
    ["a'<b", 'xml-single', 'a&apos;&lt;b'],
    ['id=x,size=4G', 'bare', 'id=x,size=4G'],
  ] as const)('%s in %s', (text, quoting, expected) => expect(quote(text, quoting)).toBe(expected));
});

describe('what a template fills in', () => {
  it.each(['@MEM@', '%MEM%', '__MEM__', '{mem}', '{}', '{{mem}}'])('is not known: %s', (placeholder) => {
    const script = `qemu-system-x86_64 -m size=${placeholder}G,slots=2`;
    expect(look(script, 'm', 'size').state).toBe('unknown');
    expect(look(script, 'm', 'slots')).toMatchObject({ value: '2', shown: '2', edited: '2' });
  });

  it('is not known where a variable brings it', () => {
    expect(look('M=@MEM@\nqemu-system-x86_64 -m $M', 'm', 'size').state).toBe('unknown');
  });

  it('with blanks is more than one word, and none of them is a size', () => {
    expect(look('qemu-system-x86_64 -m {{ mem }} -smp 2', 'm', 'size').state).toBe('unknown');
  });

  it('may be a string of JSON in quotes of either kind', () => {
    const script = `qemu-system-x86_64 -object "{'qom-type':'memory-backend-ram', 'id': 'it\\"s', 'size':1}"`;
    expect(look(script, 'object', 'qom-type')).toMatchObject({
      value: 'memory-backend-ram',
      edited: 'memory-backend-ram',
    });
    expect(look(script, 'object', 'size').value).toBe('1');
  });

  it('is not looked for in JSON, nor in what only resembles it', () => {
    const json = `'{"driver":"qcow2","node-name":"a","file":{"driver":"null-co"}}'`;
    expect(look(`qemu-system-x86_64 -blockdev ${json}`, 'blockdev', 'file.driver').value).toBe('null-co');
    expect(look('qemu-system-x86_64 -drive file=a@b:50%_c_d', 'drive', 'file').value).toBe('a@b:50%_c_d');
  });
});
