import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { optionShape } from '../../server/src/dialects/qemu/optionTable.ts';
import { contributions, editorGrammar, grammarText, root, type Token, tokenizer } from './grammarEngine.ts';
import { standInShell, standInXml } from './standInGrammars.ts';

type Tokenize = (text: string) => Token[];

const ours = /^(?!meta\.).*\.(?:qemu|libvirt)$/;
const kinds: Record<string, string> = {
  'support.function.option.qemu': 'option',
  'entity.name.type.driver.qemu': 'type',
  'variable.parameter.property.qemu': 'key',
  'variable.other.constant.id.qemu': 'id',
  'constant.numeric.pci-address.qemu': 'address',
  'constant.numeric.pci-address.libvirt': 'address',
  'constant.numeric.qemu': 'number',
  'constant.numeric.hex.qemu': 'number',
  'constant.numeric.libvirt': 'number',
  'keyword.other.unit.qemu': 'unit',
  'keyword.other.unit.libvirt': 'unit',
  'constant.language.qemu': 'constant',
};

/** What of a text is coloured by us, as "kind:text", without punctuation. */
const coloured = (tokens: Token[]): string[] =>
  tokens.flatMap(({ text, scopes }) => {
    const kind = kinds[scopes.findLast((scope) => ours.test(scope)) ?? ''];
    return kind ? [`${kind}:${text.trim()}`] : [];
  });

const editorShell = editorGrammar('shellscript');
const editorXml = editorGrammar('xml');

describe.each([
  ['a stand-in for the shell grammar', { json: standInShell }],
  ["the editor's shell grammar", editorShell === undefined ? undefined : { file: editorShell }],
] as const)('options of QEMU within %s', (name, base) => {
  let tokens: Tokenize;
  beforeAll(async () => {
    if (base) tokens = await tokenizer('source.shell', base);
  });
  const test = it.skipIf(base === undefined);
  const expectColours = (text: string, expected: string) =>
    expect(coloured(tokens(text)).join(' ')).toBe(expected);

  test('in bare words', () =>
    expectColours(
      'qemu-system-x86_64 -device vfio-pci,host=0000:af:00.0,bus=rp1,addr=05.0,rombar=off',
      'option:-device type:vfio-pci key:host address:0000:af:00.0 key:bus id:rp1 key:addr address:05.0 key:rombar constant:off',
    ));

  test('sizes and ranges', () =>
    expectColours(
      'x -object memory-backend-ram,id=m0,size=8G,host-nodes=0-1 -numa node,memdev=m0,cpus=3',
      'option:-object type:memory-backend-ram key:id id:m0 key:size number:8 unit:G key:host-nodes number:0 number:1 ' +
        'option:-numa type:node key:memdev id:m0 key:cpus number:3',
    ));

  test('in an array, one to a line', () =>
    expectColours(
      'args=(\n  -machine q35\n  -m 16G\n  # -device not\n  -drive "file=$DISK,id=d"\n)\nls -m 16G',
      'option:-machine type:q35 option:-m number:16 unit:G option:-drive key:file key:id id:d',
    ));

  test('inside a string, up to its end', () =>
    expectColours(
      `A="-m 4G -device e1000,netdev=n0 -s"\nls -s\nB='-netdev user,id=n0'`,
      'option:-m number:4 unit:G option:-device type:e1000 key:netdev id:n0 option:-s option:-netdev type:user key:id id:n0',
    ));

  test('quoted in part', () =>
    expectColours(
      'x -drive file="$A",if=none,id="$B" -nographic',
      'option:-drive key:file key:if key:id option:-nographic',
    ));

  test('as JSON', () =>
    expectColours(
      `x -device '{"driver": "e1000", "id": "n", "mq": true, "vectors": 4}'`,
      'option:-device key:"driver" type:"e1000" key:"id" id:"n" key:"mq" constant:true key:"vectors" number:4',
    ));

  test('over continued lines, with the names it shares with others', () =>
    expectColours(
      'exec qemu-kvm \\\n  -name x \\\n  -m 4G -s\nfind . -name x -s',
      'option:-name option:-m number:4 unit:G option:-s',
    ));

  test.each([
    'mkdir -p -m 755 /srv/vm && cp -a -L -d x y',
    'find . -name "*.sh" -s',
    'find . \\\n  -name x \\\n  -m 100',
    'git config --global user.name x; docker run --device /dev/kvm --name x',
    'convert a.png -display :0 -append -rotate 90 b.png',
    '[ -S "$SOCKET" ] && test -d "$D" -a -h x',
    'x -smp-like 4 -device=foo -M 4 -net 10.0.0.0/8',
    '# qemu-system-x86_64 -device e1000 -m 4G',
    'echo "mkdir -m 755 here"',
  ])('leaves alone: %j', (text) => expectColours(text, ''));

  test('leaves the shell what follows an option', async () => {
    const bare = await tokenizer('source.shell', base!, []);
    const rest = ['| tee -a log; echo done # -m', 'a=$(ls -l)', 'for x in "$a"; do echo $x; done'];
    for (const command of ['-device e1000', '-drive "file=x"', `-device '{"id":"x"}'`, '-m', '-name x']) {
      const text = [`qemu-kvm ${command} ${rest[0]}`, ...rest.slice(1)].join('\n');
      const tail = (all: Token[]) => all.slice(all.findIndex((token) => token.text === '|'));
      expect(tail(tokens(text)), `${name}: ${command}`).toEqual(tail(bare(text)));
    }
  });
});

describe.each([
  ['a stand-in for the XML grammar', { json: standInXml }],
  ["the editor's XML grammar", editorXml === undefined ? undefined : { file: editorXml }],
] as const)('values of libvirt within %s', (_name, base) => {
  let tokens: Tokenize;
  beforeAll(async () => {
    if (base) tokens = await tokenizer('text.xml', base);
  });
  const test = it.skipIf(base === undefined);

  test.each([
    ["<memory unit='GiB'>16</memory>", 'unit:GiB number:16'],
    ['<vcpu placement="static" cpuset="0-3,^2">8</vcpu>', 'number:0 number:3 number:2 number:8'],
    ["<cell id='0' cpus='4' memory='1048576' unit=\"KiB\"/>", 'number:4 number:1048576 unit:KiB'],
    ["<memnode cellid='0' nodeset='0-1'/>", 'number:0 number:1'],
    [
      "<address domain='0x0000' bus='0xaf' slot='0x00' function='0x1'/>",
      'address:0x0000 address:0xaf address:0x00 address:0x1',
    ],
    ["<target busNr='254'><node>1</node></target>", 'address:254 number:1'],
    ["<target dev='vda' bus='virtio'/>", ''],
    ["<a unit='furlong' vcpu='1'>16</a><!-- cpus='0-3' -->", ''],
  ])('%s', (text, expected) => expect(coloured(tokens(text)).join(' ')).toBe(expected));
});

describe('the grammar files', () => {
  it('are what the script writes', () => {
    const script = path.join(root, 'scripts', 'grammars.mjs');
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });

  it('know the options of the table, and no others', () => {
    const shell = contributions.find((entry) => entry.scopeName === 'virtlens.qemu-in-shell')!;
    const alternatives = /\(--\?\(\?:([^)]+)\)/g;
    const names = new Set(
      [...grammarText(shell).matchAll(alternatives)].flatMap((match) => match[1]!.split('|')),
    );
    expect([...names].filter((name) => optionShape(name) === undefined)).toEqual([]);
    const table = fs.readFileSync(path.join(root, 'server/src/dialects/qemu/optionTable.ts'), 'utf8');
    const missing = (table.match(/[A-Za-z][\w-]*/g) ?? []).filter(
      (word) => optionShape(word) !== undefined && !names.has(word),
    );
    expect(missing).toEqual([]);
  });

  it('are injected, and claim no language', () => {
    for (const entry of contributions) {
      expect(Object.keys(entry).sort()).toEqual(['injectTo', 'path', 'scopeName']);
      expect(JSON.parse(grammarText(entry)).injectionSelector).toMatch(/^L:(source\.shell|text\.xml) /);
    }
    expect(new Set(contributions.map((entry) => path.basename(entry.path)))).toEqual(
      new Set(fs.readdirSync(path.join(root, 'syntaxes'))),
    );
  });
});
