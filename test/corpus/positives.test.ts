import { describe, expect, it } from 'vitest';
import { analyzeText, corpus, filesIn, isThere } from '../lib/shared.ts';

/** `file: rule: message` of every error, which none of these files deserves. */
function errorsIn(folder: string): string[] {
  return filesIn(corpus, folder).flatMap(({ name, text }) => {
    const analysis = analyzeText(name, text);
    const failures =
      analysis?.failures.map((failure) => `${name}: ${failure.rule} threw: ${failure.message}`) ?? [];
    const errors = analysis?.findings.filter((finding) => finding.severity === 'error') ?? [];
    return [...failures, ...errors.map((finding) => `${name}: ${finding.rule}: ${finding.message}`)];
  });
}

describe('what libvirt accepts has no error', () => {
  it.skipIf(!isThere(corpus)).each([
    ['libvirt-pos', 1183],
    ['libvirt-pos-args', 660],
    ['libvirt-xml2xml', 95],
  ])('%s', (folder, files) => {
    expect(filesIn(corpus, folder)).toHaveLength(files);
    expect(errorsIn(folder)).toEqual([]);
  });
});

describe("people's files are not flooded", () => {
  it.skipIf(!isThere(corpus)).each(['user-xml', 'proj-xml'])(
    '%s: at most one warning in the median file',
    (folder) => {
      const counts = filesIn(corpus, folder).map(
        ({ name, text }) =>
          analyzeText(name, text)?.findings.filter((finding) => finding.severity === 'warning').length ?? 0,
      );
      counts.sort((a, b) => a - b);
      expect(counts[Math.floor(counts.length / 2)]).toBeLessThanOrEqual(1);
    },
  );
});
