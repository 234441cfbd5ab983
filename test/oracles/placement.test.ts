import { afterAll, describe, expect, it } from 'vitest';
import type { DialectId } from '../../server/src/guest/guest.ts';
import { analyze } from '../../server/src/service/analyze.ts';
import { doPlacement, offerPlacement } from '../../server/src/service/place.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import { hostNamed } from '../lib/hosts.ts';
import { render } from '../lib/placements.ts';
import { askText } from '../lib/proof.ts';
import { CASES } from '../scenarios/placementCases.ts';
import { available as bashAvailable } from './bash.ts';
import { available as libvirtAvailable, stop } from './libvirt.ts';
import { available as qemuAvailable } from './qemu.ts';

const wanted = process.env.VIRTLENS_ORACLES === '1';
const canAsk = (dialect: DialectId): boolean =>
  wanted && (dialect === 'qemu' ? qemuAvailable() && bashAvailable() : libvirtAvailable());

afterAll(stop);

/** Each kind of work is asked once for a placement; the others differ in numbers only. */
const asked = (['qemu', 'libvirt'] as const).flatMap((dialect) =>
  CASES.filter(({ host, found }) => found.length > 0 && hostNamed(host).profile.arch === 'x86_64').flatMap(
    (each) => {
      const settings = { ...DEFAULT_SETTINGS, host: hostNamed(each.host) };
      const analysis = analyze({ uri: 'placed', text: render(each.placed, dialect), dialect }, settings)!;
      const offers = offerPlacement(analysis, { start: 0, end: analysis.document.text.length });
      const works = new Map(offers.map(({ work }) => [work.work, work]));
      return [...works.values()].map((work) => ({ ...each, dialect, analysis, work, kind: work.work }));
    },
  ),
);

describe('what is done about a placement is accepted by the real program', () => {
  for (const { host, name, dialect, analysis, work, kind } of asked) {
    it.skipIf(!canAsk(dialect))(`${dialect}, ${host}: ${name}, ${kind}`, async () => {
      const text = applyEdits(analysis.document.text, doPlacement(analysis, work));
      expect(await askText(dialect, text), text).toMatchObject({ verdict: 'accepted' });
    });
  }
});
