import { expect, test } from 'vitest';
import { rules } from '../../server/src/generated/rules.ts';
import { analyze } from '../../server/src/service/analyze.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../server/src/service/settings.ts';
import { offerSuppression } from '../../server/src/service/suppress.ts';
import { applyEdits } from '../../server/src/text/edit.ts';

const RULE = 'numa-cpus-overlap';

/** Only the rule that these tests are written around. */
const settings: Settings = {
  ...DEFAULT_SETTINGS,
  rules: Object.fromEntries(rules.filter(({ name }) => name !== RULE).map(({ name }) => [name, 'off'])),
};

/** Suppresses the n-th finding of a text; the new text, the title and how many findings are left. */
function suppress(text: string, n = 0): { title: string; text: string; left: number } | undefined {
  const analysis = analyze({ uri: 'file:///guest', text }, settings)!;
  const offer = offerSuppression(analysis, analysis.findings[n]!);
  if (!offer) return undefined;
  const changed = applyEdits(text, offer.edits);
  const left = analyze({ uri: 'file:///guest', text: changed }, settings)!.findings.length;
  return { title: offer.title, text: changed, left };
}

const COMMENT = `# virtlens-ignore ${RULE}: explain why`;

test('the comment stands above a command that goes on over several lines', () => {
  const text = '#!/bin/sh\n\tqemu-system-x86_64 \\\n\t\t-numa node,cpus=0 \\\n\t\t-numa node,cpus=0\n';
  expect(suppress(text)).toEqual({
    title: `Suppress ${RULE} here`,
    text: text.replace('\tqemu', `\t${COMMENT}\n\tqemu`),
    left: 0,
  });
});

test('in an array it stands above the element', () => {
  const text = 'args=(\n  -numa node,cpus=0\n  -numa node,cpus=0\n)\nqemu-system-x86_64 "$' + '{args[@]}"\n';
  const lines = text.split('\n');
  expect(suppress(text)?.text).toBe([...lines.slice(0, 2), `  ${COMMENT}`, ...lines.slice(2)].join('\n'));
});

test('in a text that goes on over several lines it stands above the assignment', () => {
  const text = 'OPTS="-numa node,cpus=0\n  -numa node,cpus=0"\nqemu-system-x86_64 $OPTS\n';
  expect(suppress(text)).toMatchObject({ text: `${COMMENT}\n${text}`, left: 0 });
});

test('lines end as they do elsewhere in the file', () => {
  const text =
    "<domain type='kvm'>\r\n  <cpu><numa>\r\n    <cell id='0' cpus='0'/>\r\n    <cell id='1' cpus='0'/>\r\n  </numa></cpu>\r\n</domain>\r\n";
  expect(suppress(text)?.text).toBe(
    text.replace("<cell id='1'", `<!-- virtlens-ignore ${RULE}: explain why -->\r\n    <cell id='1'`),
  );
});

test('in XML on one line it stands right before the element', () => {
  const text = "<domain type='kvm'><cpu><numa><cell cpus='0'/><cell cpus='0'/></numa></cpu></domain>";
  expect(suppress(text)).toMatchObject({
    text: text.replace(
      "/><cell cpus='0'/></numa>",
      `/><!-- virtlens-ignore ${RULE}: explain why --> <cell cpus='0'/></numa>`,
    ),
    left: 0,
  });
});

test('of several findings in one command it silences one where a key can tell them apart', () => {
  const text = 'qemu-system-x86_64 -numa node,cpus=0-7 -numa node,cpus=1-2 -numa node,cpus=4-5\n';
  expect(suppress(text, 1)).toEqual({
    title: `Suppress ${RULE} here`,
    text: `# virtlens-ignore ${RULE} 4-5: explain why\n${text}`,
    left: 1,
  });
});

test('where no key can tell them apart it says how many it silences', () => {
  const text = 'qemu-system-x86_64 -numa node,cpus=0 -numa node,cpus=0 -numa node,cpus=0\n';
  expect(suppress(text)).toEqual({
    title: `Suppress ${RULE} here (2 findings)`,
    text: `${COMMENT}\n${text}`,
    left: 0,
  });
});
