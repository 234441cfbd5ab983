import { afterAll, describe, expect, it } from 'vitest';
import type { DialectId } from '../../server/src/guest/guest.ts';
import { doPlacement, offerPlacement, type PlacementWork } from '../../server/src/service/place.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import { render } from '../lib/placements.ts';
import { type Asked, askText } from '../lib/proof.ts';
import { analysisOf, CASES, type Case, verdicts } from '../scenarios/placementCases.ts';
import { DOMAINS, analysisOf as oddAnalysisOf, SCRIPTS, worked } from '../scenarios/placementOddCases.ts';
import { available as bashAvailable } from './bash.ts';
import { available as libvirtAvailable, stop } from './libvirt.ts';
import { available as qemuAvailable } from './qemu.ts';

const wanted = process.env.VIRTLENS_ORACLES === '1';
const canAsk = (dialect: DialectId): boolean =>
  wanted && (dialect === 'qemu' ? qemuAvailable() && bashAvailable() : libvirtAvailable());

const LANGUAGES: readonly DialectId[] = ['qemu', 'libvirt'];

/** A placement in a language, after some work or as it was written. */
interface Left {
  readonly each: Case;
  readonly dialect: DialectId;
  readonly done: PlacementWork['work'] | 'as written';
  readonly text: () => string;
}

/**
 * All that VirtLens can leave of a placement: what is good or cannot be mended stays as it is. Only x86 programs are
 * asked; what a guest of another machine says of nodes and devices is the same.
 */
function leftOf(each: Case, dialect: DialectId): Left[] {
  // Where nobody is asked, each has one test to be skipped, and needs no analysis for that.
  if (!canAsk(dialect)) return [{ each, dialect, done: 'as written', text: () => '' }];
  const analysis = analysisOf(each, dialect, render(each.placed, dialect));
  const { text } = analysis.document;
  const offers = each.found.length > 0 ? offerPlacement(analysis, { start: 0, end: text.length }) : [];
  // One of each kind: those for other devices differ in numbers only.
  const works = [...new Map(offers.map(({ work }) => [work.work, work])).values()];
  if (works.length === 0) return [{ each, dialect, done: 'as written', text: () => text }];
  return works.map((work) => ({
    each,
    dialect,
    done: work.work,
    text: () => applyEdits(text, doPlacement(analysis, work)),
  }));
}

const left = CASES.flatMap((each) => LANGUAGES.flatMap((dialect) => leftOf(each, dialect)));

/** Different work often comes to the same text, which is asked about once. */
const answers = new Map<string, Promise<Asked>>();

function ask(dialect: DialectId, text: string): Promise<Asked> {
  const answer = answers.get(text) ?? askText(dialect, text);
  answers.set(text, answer);
  return answer;
}

/** What stays after all: an edit of the document cannot help, or only where the work was for one device of several. */
const mayStay = ({ each, done }: Left): boolean =>
  each.stays === true ? done !== 'mirror-host' : done === 'bind-to-device' && each.placed.devices!.length > 1;

const provenIn = (dialect: DialectId): number =>
  new Set(left.filter((one) => one.dialect === dialect).map(({ each }) => each)).size;

afterAll(stop);

for (const dialect of LANGUAGES) {
  const program = dialect === 'qemu' ? 'QEMU' : 'libvirt';
  const count = `${provenIn(dialect)} of ${CASES.length}`;
  describe(`${program} accepts ${count} placements as VirtLens leaves them`, () => {
    for (const one of left.filter((each) => each.dialect === dialect)) {
      const { each, done } = one;
      it.skipIf(!canAsk(dialect))(`${each.host}: ${each.name}, ${done}`, async () => {
        const text = one.text();
        if (!mayStay(one)) expect(verdicts(analysisOf(each, dialect, text)), text).toEqual([]);
        expect(await ask(dialect, text), text).toMatchObject({ verdict: 'accepted' });
      });
    }
  });
}

describe('what is odd, too, once it is repaired', () => {
  const odd = [
    ...SCRIPTS.map((each) => ({ ...each, dialect: 'qemu' as const })),
    ...DOMAINS.map((each) => ({ ...each, dialect: 'libvirt' as const })),
  ];
  for (const { name, text, dialect } of odd) {
    it.skipIf(!canAsk(dialect))(`${dialect}: ${name}`, async () => {
      const repaired = worked(oddAnalysisOf(text, dialect), 'repair-placement');
      expect(await ask(dialect, repaired), repaired).toMatchObject({ verdict: 'accepted' });
    });
  }
});
