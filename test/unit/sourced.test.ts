import { describe, expect, it } from 'vitest';
import { withSourced } from '../../server/src/dialects/carriers/sourced.ts';
import { type Analysis, analyze } from '../../server/src/service/analyze.ts';
import { resolveFixes } from '../../server/src/service/fixes.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { applyEdits } from '../../server/src/text/edit.ts';

const reader =
  (files: Readonly<Record<string, string>>) =>
  (path: string): string | undefined =>
    files[path];

const read = (text: string, files: Readonly<Record<string, string>>): Analysis =>
  analyze({ uri: 'test', text, readSibling: reader(files) }, DEFAULT_SETTINGS)!;

const errorsIn = (analysis: Analysis) => analysis.findings.filter(({ severity }) => severity === 'error');

/** `rule: what it marks` of every error. */
const errors = (text: string, files: Readonly<Record<string, string>>): string[] =>
  errorsIn(read(text, files)).map(({ rule, span }) => `${rule}: ${text.slice(span.start, span.end)}`);

const RUN = 'qemu-system-x86_64 -accel kvm -smp $SMP,cores=3\n';

describe('a script that sources another file', () => {
  it.each([
    '. ./vars.sh',
    'source ./vars.sh # for us',
    '  . "./vars.sh";',
    '. "$(dirname "$0")/./vars.sh"',
    '. $(dirname -- ${BASH_SOURCE[0]})/./vars.sh',
    'source "${BASH_SOURCE%/*}/./vars.sh"',
  ])('%s: knows what that says', (line) => {
    const script = `${line}\n${RUN}`;
    expect(errors(script, {})).toEqual([]);
    expect(errors(script, { './vars.sh': 'SMP=4\r\n' })).toEqual(['smp-product-mismatch: $SMP']);
    expect(errors(script, { './vars.sh': 'SMP=3\n' })).toEqual([]);
  });

  it('is mended in its own text, and the other one never', () => {
    const script = `. ./vars.sh\n${RUN}`;
    const analysis = read(script, { './vars.sh': 'SMP=4\n' });
    const fixes = resolveFixes(analysis, errorsIn(analysis)[0]!);
    expect(fixes.map(({ edits }) => applyEdits(script, edits))).toContain(
      script.replace('cores=3', 'cores=4'),
    );
    for (const { edits } of fixes) expect(applyEdits(script, edits)).toMatch(/^\. \.\/vars\.sh\n/);
  });

  it('shows what is wrong in the other file where it is sourced', () => {
    const script = `. ./vars.sh\nqemu-system-x86_64 -accel kvm $OPTS\n`;
    const analysis = read(script, { './vars.sh': 'OPTS="-m 1G -smp 4,cores=3"\n' });
    const [found, ...others] = errorsIn(analysis);
    expect(others).toEqual([]);
    expect(script.slice(found!.span.start, found!.span.end)).toBe('. ./vars.sh');
    expect(resolveFixes(analysis, found!)).toEqual([]);
  });

  it('leaves the guests of the other file to that', () => {
    const script = `. ./other.sh\nqemu-system-x86_64 -m 1G -accel kvm\n`;
    const analysis = read(script, { './other.sh': 'qemu-system-x86_64 -accel kvm -smp 4,cores=3\n' });
    expect(analysis.document.subjects).toHaveLength(1);
    expect(errorsIn(analysis)).toEqual([]);
  });

  it('follows files that source others, but not for ever', () => {
    const script = `. ./a.sh\n${RUN}`;
    expect(errors(script, { './a.sh': '. ./b.sh\n', './b.sh': 'SMP=4\n' })).toHaveLength(1);
    expect(errors(script, { './a.sh': 'SMP=4\n. ./a.sh\n' })).toEqual([]);
  });
});

describe('a file is not put into the script', () => {
  const inlined = (line: string, text: string): string | undefined =>
    withSourced(`${line}\n`, () => text)?.text;

  it.each([
    ['that ends the script', '. ./x', 'A=1\nreturn 0\n'],
    ['that is broken', '. ./x', 'A="1\n'],
    ['of great length', '. ./x', '#'.repeat(100_001)],
    ['that an option comes with', '. ./x one', 'A=1'],
    ['that is sourced under a condition', '[ -f x ] && . ./x', 'A=1'],
    ['with a name that is not known', '. "$DIR/x"', 'A=1'],
  ])('%s', (_, line, text) => {
    expect(inlined(line, text)).toBeUndefined();
    expect(inlined('. ./x', 'A=1\n')).toBe('A=1\n');
  });
});
