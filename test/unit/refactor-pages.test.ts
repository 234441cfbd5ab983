import { describe, expect, test } from 'vitest';
import { affinityOf } from '../../server/src/guest/queries.ts';
import type { Analysis } from '../../server/src/service/analyze.ts';
import { identityOf } from '../../server/src/service/finding.ts';
import { holds, proposeRefactorings } from '../../server/src/service/refactor/offer.ts';
import type { Proposal } from '../../server/src/service/refactor/refactoring.ts';
import { walk } from '../../server/src/syntax/xml/query.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import '../lib/catalogue.ts';
import { meaningOf, receivedBy } from '../lib/meaning.ts';
import { analyzeBlock, type Block, readAllPages } from '../lib/scenario.ts';

/** Reading a block several times for each refactoring takes a while. */
const SHARE = 8;

/** The first block of each page, and some of the others: they are alike within a page. */
const blocks = readAllPages().filter(({ rule }, i, all) => rule !== all[i - 1]?.rule || i % SHARE === 0);

/** One cursor in each option and each of its values, or in the name and the text of each element. */
function places({ document }: Analysis): number[] {
  const found = new Set<number>();
  for (const { variants } of document.subjects) {
    for (const variant of variants) {
      if (variant.dialect !== 'qemu') continue;
      for (const { range, properties } of variant.line.options) {
        found.add(range.start + 1);
        for (const { value } of properties) if (value.state === 'known') found.add(value.span.start);
      }
    }
  }
  if (document.tree) {
    for (const element of walk(document.tree)) {
      found.add(element.name.start + 1);
    }
  }
  return [...found];
}

/** One of each kind: titles differ in names and numbers, and the same is offered at many places. */
function offeredIn(analysis: Analysis): Proposal[] {
  const found = new Map<string, Proposal>();
  for (const at of places(analysis)) {
    for (const proposal of proposeRefactorings(analysis, { start: at, end: at })) {
      const kind = proposal.title.replace(/Extract \S+/, 'Extract').replace(/\d+|: .*/g, '');
      if (!found.has(kind) && holds(analysis, proposal)) found.set(kind, proposal);
    }
  }
  return [...found.values()];
}

/** What each kind of refactoring claims to keep, by how its title starts. */
const KEEPS = [
  [/^(?:Put|Extract) /, 'arguments'],
  [/^(?:Write|Merge|Add a <memnode>|Join the card to the network itself: -nic user)/, 'guest'],
  [/^(?:Place|Give|Move|Add a guest NUMA node|Join the card)/, 'nothing'],
] as const;

const keptBy = (title: string) => KEEPS.find(([start]) => start.test(title))?.[1];

const errorsOf = ({ findings }: Analysis): string[] =>
  findings
    .filter(({ severity }) => severity === 'error')
    .map(identityOf)
    .sort();

const offered = new Map<string, number>();

function check(block: Block): void {
  const before = analyzeBlock(block);
  const errors = errorsOf(before);
  for (const { title, edits } of offeredIn(before)) {
    const text = applyEdits(block.text, edits);
    const after = analyzeBlock(block, text);
    const kept = keptBy(title);
    const first = title.split(' ')[0]!;
    offered.set(first, (offered.get(first) ?? 0) + 1);
    expect(kept, `what "${title}" keeps`).toBeDefined();
    expect(text, title).not.toBe(block.text);
    if (kept === 'arguments') expect(receivedBy(text), title).toEqual(receivedBy(block.text));
    if (kept !== 'nothing') expect(meaningOf(after.document), title).toEqual(meaningOf(before.document));
    const more = errorsOf(after).filter((error) => !errors.includes(error));
    expect(more, `errors that "${title}" brings`).toEqual([]);
    if (title.startsWith('Place'))
      expect(affinities(after).length, title).toBeGreaterThan(affinities(before).length);
  }
}

const affinities = ({ document }: Analysis): unknown[] =>
  document.subjects
    .flatMap(({ variants }) => variants.flatMap(({ guest }) => guest.pci.devices.items))
    .map(affinityOf)
    .filter((node) => typeof node === 'number');

describe('every refactoring that is offered in a page keeps what it claims, and brings no error', () => {
  test.each(blocks.map((block) => [block.title, block] as const))('%s', (_, block) => check(block));

  test('and each kind is offered somewhere', () => {
    const kinds = ['Add', 'Extract', 'Join', 'Merge', 'Move', 'Place', 'Put', 'Write'];
    expect([...offered.keys()]).toEqual(expect.arrayContaining(kinds));
  });
});
