import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataType } from '../../server/src/catalogue/schema/datatype.ts';
import type { Fault } from '../../server/src/catalogue/schema/fault.ts';
import { compileGrammar, grammarOf, schemaVersions } from '../../server/src/catalogue/schema/grammar.ts';
import { placesOf } from '../../server/src/catalogue/schema/places.ts';
import { reactionTo } from '../../server/src/catalogue/schema/strictness.ts';
import { validate } from '../../server/src/catalogue/schema/validate.ts';
import { parseXml } from '../../server/src/syntax/xml/parse.ts';
import { childElements, walk } from '../../server/src/syntax/xml/query.ts';
import type { XmlElement } from '../../server/src/syntax/xml/tree.ts';

const rootOf = (text: string): XmlElement => childElements(parseXml(text).root)[0]!;

const elementOf = (text: string, name: string): XmlElement =>
  [...walk(parseXml(text))].find((element) => element.name.text === name)!;

/** `kind: characters at fault`, with what else there is to say. */
const told = (text: string, fault: Fault): string =>
  [
    `${fault.kind}: ${text.slice(fault.at.start, fault.at.end)}`,
    'name' in fault ? fault.name : '',
    'similar' in fault && fault.similar !== undefined ? `~ ${fault.similar}` : '',
  ]
    .filter(Boolean)
    .join(' ');

const faultsIn = (start: unknown[], text: string, isOpen?: (text: string) => boolean): string[] =>
  validate(compileGrammar({ $start: start }), rootOf(text), isOpen).map((fault) => told(text, fault));

const domain = (content: string): string =>
  `<domain type='kvm'><name>n</name><memory>1</memory><os><type>hvm</type></os>${content}</domain>`;

const inDomain = (content: string, version = '12.8'): string[] => {
  const text = domain(content);
  return validate(grammarOf(version), rootOf(text)).map((fault) => told(text, fault));
};

describe('patterns', () => {
  const a = ['e', 'a', 'empty'];
  const b = ['e', 'b', 'empty'];
  const of = (...content: unknown[]) => [['e', 'x', ...content]];

  it('a group has an order, an interleave has none', () => {
    expect(faultsIn(of(a, b), '<x><a/><b/></x>')).toEqual([]);
    expect(faultsIn(of(a, b), '<x><b/><a/></x>')).toEqual(['excluded-element: b']);
    expect(faultsIn(of(['&', a, b]), '<x><b/><a/></x>')).toEqual([]);
    expect(faultsIn(of(['&', a, b]), '<x><b/></x>')).toEqual(['missing-element: x a']);
    expect(faultsIn(of(['&', a, b]), '<x><b/><a/><b/></x>')).toEqual(['repeated-element: b']);
  });

  it('counts', () => {
    expect(faultsIn(of(['?', a]), '<x/>')).toEqual([]);
    expect(faultsIn(of(['+', a]), '<x/>')).toEqual(['missing-element: x a']);
    expect(faultsIn(of(['*', ['|', a, b]]), '<x><b/><a/><a/></x>')).toEqual([]);
  });

  it('a choice may hang on an attribute, wherever that stands', () => {
    const kinds = of([
      '|',
      [',', ['a', 'type', '=file'], ['e', 'source', ['a', 'file']]],
      [',', ['a', 'type', '=block'], ['e', 'source', ['a', 'dev']]],
    ]);
    expect(faultsIn(kinds, "<x type='block'><source dev='/d'/></x>")).toEqual([]);
    expect(faultsIn(kinds, "<x type='block'><source file='/f'/></x>")).toEqual([
      'unknown-attribute: file',
      'missing-attribute: source dev',
    ]);
    expect(faultsIn(kinds, "<x type='blok'><source dev='/d'/></x>")).toEqual(['invalid-value: blok ~ block']);
  });

  it('takes the kind of an element that is nearest to what is written', () => {
    const kinds = of([
      '|',
      ['e', 's', ['a', 'p', '=one'], ['a', 'q']],
      ['e', 's', ['a', 'p', '=two'], ['a', 'r']],
    ]);
    expect(faultsIn(kinds, "<x><s p='two'/></x>")).toEqual(['missing-attribute: s r']);
  });

  it('an element may hold itself', () => {
    const chain = { $start: ['@s'], s: [['e', 's', ['?', '@s'], ['a', 'n', ['d', 'unsignedInt']]]] };
    const text = "<s n='1'><s n='2'><s n='x'/></s></s>";
    expect(validate(compileGrammar(chain), rootOf(text)).map((fault) => told(text, fault))).toEqual([
      'invalid-value: x',
    ]);
  });

  it('namespaces are those of the document, whatever its prefixes', () => {
    const start = of(['e', '{urn:q}c', 'text']);
    expect(faultsIn(start, "<x><k:c xmlns:k='urn:q'/></x>")).toEqual([]);
    expect(faultsIn(start, "<x xmlns:k='urn:other'><k:c/></x>")).toEqual([
      'unknown-element: k:c',
      'missing-element: x {urn:q}c',
    ]);
  });

  it('an unknown construct is an error of the schema, not of the document', () => {
    expect(() => compileGrammar({ $start: [['list', 'text']] })).toThrow('list');
    expect(() => dataType('duration', {}, [])).toThrow('duration');
  });
});

describe('data types', () => {
  it.each([
    ['unsignedInt', {}, ['0', ' 7\n', '4294967295'], ['-1', '+1', '1.0', '', '4294967296', '0x1']],
    ['int', { minInclusive: '-1', maxInclusive: '7' }, ['-1', '+7'], ['-2', '8']],
    ['positiveInteger', { pattern: '[0-9]+' }, ['1', '99999999999999999999'], ['0', '+1', 'a']],
    ['string', { pattern: '[a-z]{1,3}' }, ['abc'], ['', 'abcd', ' a', 'a\n']],
    ['string', { maxLength: '2' }, ['', 'é€'], ['abc']],
    ['dateTime', {}, ['2026-01-31T12:00:00', '2026-01-31T12:00:00.5Z'], ['2026-01-31', 'now']],
    ['NCName', {}, ['a-b', '_x'], ['a:b', '1a', '']],
  ] as const)('%s %o', (name, facets, right, wrong) => {
    const type = dataType(name, facets, []);
    expect(right.filter((text) => !type.accepts(text))).toEqual([]);
    expect(wrong.filter((text) => type.accepts(text))).toEqual([]);
  });
});

describe("libvirt's schema", () => {
  it('both versions read what both know, and differ in what came between them', () => {
    expect(schemaVersions()).toEqual(['9.0', '12.8']);
    expect(inDomain("<cpu mode='host-passthrough'/>", '9.0')).toEqual([]);
    expect(inDomain("<features><ps2 state='off'/></features>")).toEqual([]);
    expect(inDomain("<features><ps2 state='off'/></features>", '9.0')).toEqual(['unknown-element: ps2']);
  });

  it('goes on behind every fault', () => {
    expect(
      inDomain(
        `<memorybacking/><cpu mode='host-passthru'><numa><cell id='0' memory='1' memaccess='shared'/></numa></cpu>
         <devices><disk type='file' device='dsk'><source file='/i'/><target bus='virtio'/></disk><gpu/></devices>`,
      ),
    ).toEqual([
      'unknown-element: memorybacking ~ memoryBacking',
      'invalid-value: host-passthru',
      'unknown-attribute: memaccess ~ memAccess',
      'invalid-value: dsk ~ disk',
      'missing-attribute: target dev',
      'unknown-element: gpu',
    ]);
  });

  it('leaves metadata to others', () => {
    expect(inDomain("<metadata><m:a xmlns:m='urn:m' m:b='c'>text<d/></m:a></metadata>")).toEqual([]);
  });

  it('says nothing about what a template will put in', () => {
    const text = domain(
      "<vcpu>{{ n }}</vcpu><devices>{{ d }}<disk type='{{ t }}'><source/><target dev='vda'/></disk></devices>",
    );
    const isOpen = (value: string): boolean => value.includes('{{');
    expect(validate(grammarOf('12.8'), rootOf(text), isOpen)).toEqual([]);
  });

  it('says nothing about what a half-typed element lacks', () => {
    const text = "<domain type='kvm'><name>n</name><devices><disk type='file'><target ";
    expect(validate(grammarOf('12.8'), rootOf(text))).toEqual([]);
  });

  it('has an answer for anything', () => {
    const names = fc.constantFrom('domain', 'devices', 'disk', 'cpu', 'numa', 'cell', 'source', 'q');
    const { tree } = fc.letrec<{ tree: string; leaf: string; node: string }>((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('node')),
      leaf: fc.tuple(names, names).map(([name, attribute]) => `<${name} ${attribute}='1'/>`),
      node: fc
        .tuple(names, fc.array(tie('tree'), { minLength: 1, maxLength: 4 }))
        .map(([name, inner]) => `<${name}>${inner.join('')}</${name}>`),
    }));
    fc.assert(
      fc.property(tree, (content) => {
        const faults = inDomain(content);
        expect(faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  it('knows where elements belong', () => {
    expect(placesOf('vcpupin')).toEqual(['cputune']);
    expect(placesOf('numatune')).toEqual(['']);
    expect(placesOf('nonsense')).toEqual([]);
  });
});

describe("what libvirt's parser does", () => {
  const disk = domain(
    "<devices><disk type='file'><driver cache='x'/></disk><disk type='network'/></devices>",
  );

  it('refuses words of no list, with its own message', () => {
    expect(reactionTo('value', elementOf(disk, 'driver'), '@cache', 'x')).toEqual({
      refuses: true,
      message: "Invalid value for attribute 'cache' in element 'driver': 'x'.",
    });
  });

  it('passes over some, and of others nothing is known', () => {
    const video = domain("<devices><video><model primary='x'/></video></devices>");
    expect(reactionTo('value', elementOf(video, 'model'), '@primary', 'x')).toEqual({ refuses: false });
    expect(reactionTo('value', elementOf(video, 'model'), '@nonsense', 'x')).toBeUndefined();
  });

  it('knows words that the schema does not', () => {
    const filesystem = domain("<devices><filesystem type='volume'/></devices>");
    expect(reactionTo('value', elementOf(filesystem, 'filesystem'), '@type', 'volume')).toBeUndefined();
    expect(reactionTo('value', elementOf(filesystem, 'filesystem'), '@type', 'volum')).toMatchObject({
      refuses: true,
    });
  });

  it('wants some parts and not others', () => {
    const sound = domain('<devices><sound/></devices>');
    expect(reactionTo('missing', elementOf(sound, 'sound'), '@model')).toEqual({
      refuses: true,
      message: "Missing required attribute 'model' in element 'sound'",
    });
  });
});

describe('the compiler of schemas', () => {
  it('reads includes, combined defines, namespaces and character references', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-schema-'));
    const grammar = (content: string) =>
      `<grammar xmlns="http://relaxng.org/ns/structure/1.0">${content}</grammar>`;
    fs.writeFileSync(
      path.join(folder, 'root.rng'),
      grammar(`<start><ref name="r"/></start><include href="more.rng"/>
        <define name="kind" combine="choice"><value>two</value></define>`),
    );
    fs.writeFileSync(
      path.join(folder, 'more.rng'),
      grammar(`<define name="r"><element name="r"><attribute name="k"><ref name="kind"/></attribute>
          <optional><element name="c" ns="urn:q"><element name="arg"><data type="string">
            <param name="pattern">[&#x61;-c]</param></data></element></element></optional></element></define>
        <define name="kind" combine="choice"><value>one</value></define><define name="unused"><text/></define>`),
    );
    // @ts-expect-error a script, without types
    const { compileSchema } = await import('../../scripts/lib/catalogue/libvirt/relaxng.mjs');
    const schema = compileSchema(folder, 'root.rng');
    fs.rmSync(folder, { recursive: true });
    expect(schema).toEqual({
      $start: ['@r'],
      kind: [['|', '=one', '=two']],
      r: [
        [
          'e',
          'r',
          ['a', 'k', '@kind'],
          ['?', ['e', '{urn:q}c', ['e', '{urn:q}arg', ['d', 'string', ['pattern', '[a-c]']]]]],
        ],
      ],
    });
  });
});
