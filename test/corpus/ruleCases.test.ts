import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { rules } from '../../server/src/generated/rules.ts';
import { analyze } from '../../server/src/service/analyze.ts';
import type { Finding } from '../../server/src/service/finding.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { design, isThere, rowsOf } from '../lib/shared.ts';

const VERDICTS = ['qemu_7.2.22', 'qemu_10.0.2', 'qemu_11.1.3', 'lv_define', 'lv_native', 'lv_start'];

/** Cases of the table that speak of another mistake than the rule of their shelf mark. */
const OTHER_MISTAKE = new Set([
  'NUM03 via -numa cpu',
  'NUM03 whole socket via -numa cpu',
  'DEV01 pxb-pcie,busnr',
  'LVX01 os type linux',
  'LVX08 heads 0',
  // libvirt reads both of these, and the real program says so.
  'LVX03 two memoryBacking',
  'LVX03 two devices',
  'LVX03 two features',
]);

const names = new Map(
  isThere(design)
    ? fs
        .readFileSync(path.join(design, 'rules-index.csv'), 'utf8')
        .split('\n')
        .map((line) => line.split(',') as [string, string])
    : [],
);
const known = new Set(rules.map((rule) => rule.name));
const cases = rowsOf(design, 'rule-cases.tsv').map(
  (row) => ({ ...row, title: `${row.code} ${row.name}` }) as Record<string, string>,
);

function findingsOf(row: Record<string, string>): readonly Finding[] {
  const xml = row.lang === 'xml';
  const text = xml
    ? fs.readFileSync(path.join(design, 'rule-cases', path.basename(row.text_or_xml_file!)), 'utf8')
    : `qemu-system-x86_64 ${row.text_or_xml_file}\n`;
  const source = { uri: row.title!, text, dialect: xml ? ('libvirt' as const) : ('qemu' as const) };
  return analyze(source, DEFAULT_SETTINGS)?.findings ?? [];
}

const isRefused = (row: Record<string, string>): boolean =>
  VERDICTS.some((column) => row[column]?.startsWith('refused'));

describe('cases that were tried on the real programs', () => {
  const bad = cases.filter(
    (row) => row.kind === 'bad' && known.has(names.get(row.code!) ?? '') && !OTHER_MISTAKE.has(row.title!),
  );
  it.skipIf(!isThere(design)).each(bad)('$title is found', (row) => {
    expect(findingsOf(row).map((finding) => finding.rule)).toContain(names.get(row.code!));
  });

  const accepted = cases.filter((row) => !isRefused(row));
  it.skipIf(!isThere(design)).each(accepted)('$title has no error', (row) => {
    const errors = findingsOf(row).filter((finding) => finding.severity === 'error');
    expect(errors.map((finding) => `${finding.rule}: ${finding.message}`)).toEqual([]);
  });

  const near = cases.filter((row) => row.kind === 'near');
  it.skipIf(!isThere(design)).each(near)('$title is a near miss', (row) => {
    expect(findingsOf(row).map((finding) => finding.rule)).not.toContain(names.get(row.code!));
  });
});
