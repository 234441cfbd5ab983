import { describe, expect, it } from 'vitest';
import { parseXml } from '../../server/src/syntax/xml/parse.ts';
import {
  attribute,
  child,
  childElements,
  children,
  elementAt,
  isClosed,
  namesIn,
  path,
  textOf,
  walk,
} from '../../server/src/syntax/xml/query.ts';
import type { XmlElement } from '../../server/src/syntax/xml/tree.ts';
import { sliceOf } from '../../server/src/text/span.ts';

const TEXT = `<domain type='kvm'>
  <name> a &amp; b </name>
  <!-- one -->
  <!-- two -->
  <devices>
    <disk/><disk id='2'/>
  </devices>
</domain>`;
const TREE = parseXml(TEXT);
const DOMAIN = child(TREE.root, 'domain')!;
const DEVICES = child(DOMAIN, 'devices')!;

const names = (elements: Iterable<XmlElement>): string[] => [...elements].map((element) => element.name.text);

describe('children', () => {
  it('are found by kind and name', () => {
    expect(names(childElements(DOMAIN))).toEqual(['name', 'devices']);
    expect(children(DEVICES, 'disk')).toHaveLength(2);
    expect(child(DEVICES, 'disk')).toBe(DEVICES.children[1]);
    expect(child(DEVICES, 'hub')).toBeUndefined();
  });

  it('are found the same in a list of any length', () => {
    for (const others of [0, 3, 50]) {
      const list = parseXml(`<list><a n='1'/>${'<b/>'.repeat(others)}<a n='2'/></list>`).root;
      const { children: all } = child(list, 'list')!;
      const [first, last] = [all[0], all.at(-1)];
      expect(children(child(list, 'list')!, 'a')).toEqual([first, last]);
      expect(children(child(list, 'list')!, 'b')).toHaveLength(others);
      expect(children(child(list, 'list')!, 'c')).toEqual([]);
      expect(child(child(list, 'list')!, 'a')).toBe(first);
      expect(child(child(list, 'list')!, 'c')).toBeUndefined();
    }
  });

  it('have names, and so have their attributes', () => {
    expect([...namesIn(DOMAIN)]).toEqual(['domain', 'type', 'name', 'devices', 'disk', 'id']);
    expect([...namesIn(child(DEVICES, 'disk')!)]).toEqual(['disk']);
  });

  it('are walked in the order of the text', () => {
    expect(names(walk(TREE))).toEqual(['domain', 'name', 'devices', 'disk', 'disk']);
  });

  it('know their way down', () => {
    expect(path(child(DEVICES, 'disk')!)).toEqual(['domain', 'devices', 'disk']);
    expect(path(TREE.root)).toEqual([]);
  });
});

describe('attributes', () => {
  it('are found by name', () => {
    expect(attribute(DOMAIN, 'type')?.value?.text).toBe('kvm');
    expect(attribute(DOMAIN, 'id')).toBeUndefined();
  });
});

describe('the text of an element', () => {
  const content = (text: string) => textOf(child(parseXml(text).root, 'a')!);

  it('is decoded and trimmed, its range is as written', () => {
    const { text, range, plain } = textOf(child(DOMAIN, 'name')!);
    expect([text, sliceOf(TEXT, range!), plain]).toEqual(['a & b', 'a &amp; b', true]);
  });

  it.each(['<a/>', '<a></a>', '<a> \n </a>', '<a><b>x</b></a>'])('may be missing: %s', (text) => {
    expect(content(text)).toEqual({ text: '', range: undefined, plain: false });
  });

  it.each([
    ['<a> x<!-- y -->z </a>', 'xz', 'x<!-- y -->z'],
    ['<a><![CDATA[ <x> ]]></a>', '<x>', '<x>'],
  ])('may be more than one run of plain text: %s', (text, expected, slice) => {
    const found = content(text);
    expect([found.text, sliceOf(text, found.range!), found.plain]).toEqual([expected, slice, false]);
  });
});

describe('the element at an offset', () => {
  const at = (text: string, tree = parseXml(text.replace('|', ''))): string =>
    elementAt(tree, text.indexOf('|')).name.text;

  it.each([
    ['<a>|<b/></a>', 'b'],
    ['<a><b|/></a>', 'b'],
    ['<a><b/>|</a>', 'a'],
    ['<a>|x<b/></a>', 'a'],
    ['<a><b></b></a|>', 'a'],
    ['|<a/>', 'a'],
    ['<a/>|', ''],
    [' | <a/>', ''],
    ['<a><b |</a>', 'b'],
    ['<a>\n  <b>\n|', 'b'],
    ['<a>\n  <b>\n|  <c/>\n</a>', 'b'],
    ['<a>\n  <b>\n  |<c/>\n</a>', 'c'],
  ])('%s', (text, expected) => {
    expect(at(text)).toBe(expected);
  });
});

describe('elements', () => {
  it('are closed or not', () => {
    const text = '<a><b/><c></c><d></a>';
    expect([...walk(parseXml(text))].map(isClosed)).toEqual([true, true, true, false]);
  });
});
