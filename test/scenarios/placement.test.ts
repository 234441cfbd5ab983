import { describe, expect, it } from 'vitest';
import type { DialectId } from '../../server/src/guest/guest.ts';
import { placementOf } from '../../server/src/placement/placement.ts';
import type { Analysis } from '../../server/src/service/analyze.ts';
import { doPlacement, offerPlacement } from '../../server/src/service/place.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import { hostNamed } from '../lib/hosts.ts';
import { analysisOf, CASES, UNEQUAL, verdicts } from './placementCases.ts';

const LANGUAGES: readonly DialectId[] = ['qemu', 'libvirt'];

describe('placements on the reference hosts', () => {
  it('are many', () => expect(CASES.length).toBeGreaterThanOrEqual(60));

  it.each(CASES)('$host: $name', (each) => {
    for (const dialect of LANGUAGES) {
      const analysis = analysisOf(each, dialect);
      expect(analysis.failures).toEqual([]);
      expect(analysis.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(verdicts(analysis), `${dialect}\n${analysis.document.text}`).toEqual(each.found);
    }
  });

  const broken = CASES.filter(({ found, stays }) => found.length > 0 && !stays);
  it.each(broken)('$host: $name, repaired', (each) => {
    for (const dialect of LANGUAGES) {
      const analysis = analysisOf(each, dialect);
      const text = applyEdits(
        analysis.document.text,
        doPlacement(analysis, { work: 'repair-placement', subject: 0 }),
      );
      const after = analysisOf(each, dialect, text);
      expect(verdicts(after), `${dialect}\n${text}`).toEqual([]);
      expect(after.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    }
  });
});

/** What one device can be bound to is good for the other devices only where they are in the same place. */
const OTHERS = new Set(['multi-gpu-no-guest-node-for-node', 'gpu-no-guest-affinity']);

describe('everything bound to the node of a device', () => {
  const withDevice = CASES.filter(({ placed }) => (placed.devices ?? []).length > 0);
  it.each(withDevice)('$host: $name', (each) => {
    for (const dialect of LANGUAGES) {
      const analysis = analysisOf(each, dialect);
      const everywhere = { start: 0, end: analysis.document.text.length };
      for (const { work } of offerPlacement(analysis, everywhere)) {
        if (work.work !== 'bind-to-device') continue;
        const text = applyEdits(analysis.document.text, doPlacement(analysis, work));
        const after = analysisOf(each, dialect, text);
        const alone = each.placed.devices?.length === 1;
        const left = verdicts(after).filter((rule) => alone || !OTHERS.has(rule));
        expect(left, `${dialect} ${work.device}\n${text}`).toEqual([]);
        expect(after.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(unpinned(after), text).toEqual([]);
      }
    }
  });
});

describe('the host mirrored in a guest of one place', () => {
  const apart = CASES.filter(
    ({ placed: { memory, devices = [] } }) => memory.length === 1 && devices.length > 1,
  );
  it('is tried on all hosts with two nodes', () => expect(apart.length).toBeGreaterThanOrEqual(5));

  it.each(apart)('$host: $name', (each) => {
    for (const dialect of LANGUAGES) {
      const analysis = analysisOf(each, dialect);
      const offers = offerPlacement(analysis, { start: 0, end: analysis.document.text.length });
      const offer = offers.find(({ work }) => work.work === 'mirror-host')!;
      const text = applyEdits(analysis.document.text, doPlacement(analysis, offer.work));
      const after = analysisOf(each, dialect, text);
      expect(verdicts(after), `${dialect}\n${text}`).toEqual([]);
      expect(after.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      const { guest } = after.document.subjects[0]!.variants[0]!;
      expect(guest.nodes.items.length).toBe(2);
      const devices = placementOf(guest, hostNamed(each.host)).devices;
      for (const { name, affinity, group, nodes } of devices) {
        expect(affinity, name).not.toBe('none');
        expect(group!.memory).toMatchObject({ state: 'kept', nodes });
      }
    }
  });
});

/** Memory that was bound has its vCPUs beside it, as far as the language has words for that. */
const unpinned = (analysis: Analysis): string[] =>
  analysis.findings
    .filter(({ rule, fixes }) => UNEQUAL.has(rule) && fixes.length > 0)
    .map(({ message }) => message);
