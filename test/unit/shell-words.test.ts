// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the scripts are full of them
import { describe, expect, it } from 'vitest';
import { parseShell } from '../../server/src/syntax/shell/parse.ts';
import type { Arithmetic, Command, ShellWord, WordPart } from '../../server/src/syntax/shell/tree.ts';

const commandOf = (script: string): Command => parseShell(script).statements[0]!.command;

function wordsOf(script: string): ShellWord[] {
  const command = commandOf(script);
  if (command.kind !== 'simple') throw new Error(`${command.kind} where a simple command was expected`);
  return command.words.filter((word) => word.kind === 'word');
}

/** A part in one line: quoting and text, or what it expands. */
function describePart(part: WordPart): string {
  switch (part.kind) {
    case 'text':
      return `${part.quoting}${part.escaped ? '!' : ''}:${part.text}`;
    case 'variable':
      return [part.quoted ? '"$' : '$', part.prefix, part.name, part.operation?.kind]
        .filter(Boolean)
        .join(' ');
    default:
      return part.quoted ? `"${part.kind}` : part.kind;
  }
}

const parts = (script: string, word = 1): string[] => wordsOf(script)[word]!.parts.map(describePart);

describe('words of a shell script', () => {
  it('tell quoting apart', () => {
    expect(parts(`q a'b c'"d e"f`)).toEqual(['bare:a', 'single:b c', 'double:d e', 'bare:f']);
    expect(parts(`q ''`)).toEqual(['single:']);
    expect(parts(`q ""`)).toEqual(['double:']);
    expect(parts('q $"a b"')).toEqual(['double:a b']);
  });

  it('set escaped characters apart', () => {
    expect(parts('q a\\,b')).toEqual(['bare:a', 'bare!:,', 'bare:b']);
    expect(parts('q "a\\"b\\c\\$"')).toEqual(['double:a', 'double!:"', 'double:b\\c', 'double!:$']);
    expect(parts(`q 'a\\b'`)).toEqual(['single:a\\b']);
    expect(parts(`q $'a\\n\\x41\\u263a\\101\\q'`)).toEqual([
      'single:a',
      'single!:\n',
      'single!:A',
      'single!:☺',
      'single!:A',
      'single:\\q',
    ]);
  });

  it('keep glob characters, braces and tildes in their run', () => {
    expect(parts('q ~/a*b?[c]{d,e}')).toEqual(['bare:~/a*b?[c]{d,e}']);
    expect(parts('q {"a":"$b"}')).toEqual(['bare:{', 'double:a', 'bare::', '"$ b', 'bare:}']);
  });

  it('go on over a continuation, which stands in no part', () => {
    const script = 'q vfio-pci,\\\nhost=1\\\n -x';
    expect(parts(script)).toEqual(['bare:vfio-pci,', 'bare:host=1']);
    expect(script.slice(wordsOf(script)[1]!.range.start, wordsOf(script)[1]!.range.end)).toBe(
      'vfio-pci,\\\nhost=1',
    );
    expect(parts(script, 2)).toEqual(['bare:-x']);
  });

  it('name variables, their index and what is done to them', () => {
    expect(parts('q $A "${A}" ${A[0]} "${A[@]}" $1 "$@" ${10}', 1)).toEqual(['$ A']);
    const [, , , first, all] = wordsOf('q $A "${A}" ${A[0]} "${A[@]}"');
    expect(first!.parts[0]).toMatchObject({
      kind: 'variable',
      name: 'A',
      quoted: false,
      index: { kind: 'word' },
    });
    expect(all!.parts[0]).toMatchObject({ kind: 'variable', name: 'A', quoted: true, index: '@' });
    const operations = [
      '${A:-d}',
      '${A:=d}',
      '${A+d}',
      '${A?d}',
      '${A##p}',
      '${A%p}',
      '${A//p/r}',
      '${A/%p}',
    ];
    const more = [
      '${A:1:2}',
      '${A^^}',
      '${A,}',
      '${#A}',
      '${!A}',
      '${A@Q}',
      '$(( 1 ))',
      '$(a)',
      '`a`',
      '<(a)',
    ];
    expect([...operations, ...more].map((text) => wordsOf(`q ${text}`)[1]!.parts[0])).toMatchObject([
      { operation: { kind: 'default', assigns: false, orEmpty: true } },
      { operation: { kind: 'default', assigns: true } },
      { operation: { kind: 'alternative', orEmpty: false } },
      { operation: { kind: 'required' } },
      { operation: { kind: 'remove', from: 'start', longest: true } },
      { operation: { kind: 'remove', from: 'end', longest: false } },
      { operation: { kind: 'replace', where: 'all' } },
      { operation: { kind: 'replace', where: 'end' } },
      { operation: { kind: 'slice' } },
      { operation: { kind: 'case', to: 'upper', all: true } },
      { operation: { kind: 'case', to: 'lower', all: false } },
      { prefix: '#' },
      { prefix: '!' },
      { operation: { kind: 'other' } },
      { kind: 'arithmetic' },
      { kind: 'substitution', quoted: false },
      { kind: 'substitution' },
      { kind: 'substitution', quoted: true },
    ]);
  });

  it('read the operand of a default in the quoting around it', () => {
    const operandOf = (script: string) => {
      const part = wordsOf(script)[1]!.parts[0]!;
      if (part.kind !== 'variable' || part.operation?.kind !== 'default') throw new Error('no default');
      return part.operation.operand.parts.map(describePart);
    };
    expect(operandOf(`q "\${V:-'a b'}"`)).toEqual([`double:'a b'`]);
    expect(operandOf(`q \${V:-'a b'}`)).toEqual(['single:a b']);
    expect(operandOf('q ${V:-a\\ b}')).toEqual(['bare:a', 'bare!: ', 'bare:b']);
  });

  it('let a comment in backticks come to nothing', () => {
    expect(parts('q `# the disk` -x', 1)).toEqual([]);
    expect(parts('q `: a` -x', 1)).toEqual(['substitution']);
  });

  it('read arithmetic', () => {
    const command = commandOf('((a[1] += 0x10 + 010 + 2#11 * $b, c++ ? ~1 : -d))');
    if (command.kind !== 'arithmetic-command') throw new Error(command.kind);
    const text = (node: Arithmetic): string => {
      switch (node.kind) {
        case 'number':
          return `${node.value}`;
        case 'name':
          return node.name;
        case 'element':
          return `${node.name}[]`;
        case 'unary':
          return node.prefix
            ? `(${node.operator}${text(node.operand)})`
            : `(${text(node.operand)}${node.operator})`;
        case 'binary':
          return `(${text(node.left)} ${node.operator} ${text(node.right)})`;
        case 'ternary':
          return `(${text(node.test)} ? ${text(node.consequent)} : ${text(node.alternate)})`;
        default:
          return node.kind;
      }
    };
    expect(text(command.expression)).toBe('((a[] += ((16 + 8) + (3 * b))) , ((c++) ? (~1) : (-d)))');
  });
});

describe('commands of a shell script', () => {
  it('have assignments, words and redirections', () => {
    const script = `A=1 B+=2 C[3]=x D=(a "b c") q -m 4 >log 2>&1 <<< "$x"`;
    const command = commandOf(script);
    if (command.kind !== 'simple') throw new Error(command.kind);
    expect(command.assignments).toMatchObject([
      { name: 'A', append: false, value: { kind: 'word' } },
      { name: 'B', append: true },
      { name: 'C', index: { kind: 'word' } },
      { name: 'D', value: { kind: 'array', elements: [{}, {}] } },
    ]);
    expect(command.words.length).toBe(3);
    expect(command.redirects.map(({ operator }) => operator)).toEqual(['>', '>&', '<<<']);
    expect(command.range).toEqual({ start: 0, end: script.length });
  });

  it('of every kind are recognised', () => {
    const script = [
      'a | b &',
      'a && b || c',
      'if a; then b; elif c; then d; else e; fi',
      'for i in 1 2; do a; done',
      'for ((i=0; i<3; i++)); do a; done',
      'while a; do b; done',
      'until a; do b; done',
      'select i in 1 2; do a; done',
      'case $a in b|c) d ;& *) e ;; esac',
      'f() { a; }',
      'function g { a; }',
      '{ a; } > log',
      '( a )',
      'coproc a',
      '(( a++ ))',
      '[[ a == b ]]',
      '! time a',
    ].join('\n');
    const tree = parseShell(script);
    expect(tree.problems).toEqual([]);
    expect(tree.statements.map(({ command }) => command.kind)).toEqual([
      'pipeline',
      'and-or',
      'if',
      'for',
      'loop',
      'loop',
      'loop',
      'loop',
      'case',
      'function',
      'function',
      'group',
      'group',
      'group',
      'arithmetic-command',
      'test',
      'pipeline',
    ]);
    expect(tree.statements[0]!.background).toBe(true);
    expect(tree.statements[8]!.command).toMatchObject({
      items: [{ fallsThrough: true }, { fallsThrough: false }],
    });
    expect(tree.functions.map(({ name }) => name)).toEqual(['f', 'g']);
  });

  it('inside a here-document are none', () => {
    const tree = parseShell('cat <<EOF && a\nqemu -m 4 # no comment\nEOF\nb # comment\n');
    expect(tree.commands.map(({ range }) => range.start)).toEqual([0, 13, 42]);
    expect(tree.comments.map(({ text }) => text)).toEqual(['# comment']);
  });
});

describe('comments of a shell script', () => {
  it('are told from other number signs', () => {
    const script = [
      '#!/bin/bash',
      'a # one',
      'a#b "x # y" \\#z ${#a} $# $((16#ff)) \\ #w',
      '  # two # three',
      '(( a # b ))',
      "'",
      "# in quotes'",
      'a=( # four',
      ' b)',
    ].join('\n');
    expect(parseShell(script).comments.map(({ text }) => text)).toEqual([
      '#!/bin/bash',
      '# one',
      '# two # three',
      '# four',
    ]);
  });

  it('end before the line break', () => {
    const script = 'a # one\r\nb # two\n';
    const { comments } = parseShell(script);
    expect(comments.map(({ range }) => script.slice(range.start, range.end))).toEqual(['# one', '# two']);
  });
});

describe('a script with carriage returns', () => {
  it('is read as it was meant', () => {
    const script = 'M=4\r\nif a; then\r\n  q "$M" \'x\r\ny\'\r\nfi\r\ncat <<EOF\r\nb\r\nEOF\r\nq 2\r\n';
    const tree = parseShell(script);
    expect(tree.problems).toEqual([]);
    expect(tree.statements.map(({ command }) => command.kind)).toEqual(['simple', 'if', 'simple', 'simple']);
    const quoted = tree.commands.find(({ words }) => words.length === 3)!.words[2]!;
    expect(quoted.kind === 'word' && quoted.parts[0]).toMatchObject({ text: 'x\r\ny' });
    expect(tree.assignments[0]!.value).toMatchObject({ parts: [{ text: '4' }] });
  });
});
