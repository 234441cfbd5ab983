import * as fs from 'node:fs';
import * as path from 'node:path';
import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readRaw } from '../../scripts/lib/catalogue/qemu/raw.mjs';
import { recordsOf } from '../../scripts/lib/catalogue/qemu/records.mjs';
import { decode, encode, type Records } from '../../scripts/lib/catalogue/qemu/store.mjs';
import { Store } from '../../server/src/catalogue/qemu/store.ts';
import { dataFolder } from '../lib/catalogue.ts';
import { isThere, rawCatalogues } from '../lib/shared.ts';

const files = fs.readdirSync(dataFolder).filter((name) => name.startsWith('qemu-'));
const textOf = (name: string): string => fs.readFileSync(path.join(dataFolder, name), 'utf8');

describe('the stored catalogue', () => {
  it('is small, all architectures together', () => {
    expect(files.length).toBeGreaterThan(1);
    const sizes = files.map((name) => zlib.gzipSync(textOf(name)).length);
    expect(sizes.reduce((a, b) => a + b)).toBeLessThan(450 * 1024);
  });

  it.each(files)('%s is what is written of what is read from it', (name) => {
    expect(encode(decode(textOf(name)))).toBe(textOf(name));
  });

  it.each(files)('%s is read by the product as it was written', (name) => {
    const store = new Store(textOf(name));
    for (const [i, [, records]] of [...decode(textOf(name))].entries()) {
      for (const [key, tokens] of records) {
        const read = store.record(key)!.tokens.filter(({ versions }) => versions & (1 << i));
        expect(read.map(({ text }) => text)).toEqual(tokens);
      }
    }
  });

  it('writes every set of versions as ranges that read back', () => {
    const known = ['7.2', '8.0', '9.0', '10.0'];
    const versions = new Map(known.map((version) => [version, new Map([['device all', [] as string[]]])]));
    for (let set = 1; set < 16; set++) {
      for (const [i, version] of known.entries()) {
        if (!(set & (1 << i))) continue;
        versions.get(version)!.set(`device d${set}`, ['a:str']);
        versions.get(version)!.get('device all')!.push(`p${set}:bool`);
      }
    }
    for (const records of versions.values()) records.get('device all')!.sort();
    expect(decode(encode(versions))).toEqual(versions);
  });

  it.skipIf(!isThere(rawCatalogues)).each(['7.2', '10.0', '11.1'])(
    'holds all that QEMU %s answered, and nothing else about the same things',
    (version) => {
      const raw: Records = recordsOf(readRaw(path.join(rawCatalogues, `qemu-${version}.json.gz`)));
      const stored = decode(textOf('qemu-x86_64.txt')).get(version)!;
      // What QMP does not tell was asked of the binary itself, and is not in those answers.
      const told = ([key]: [string, string[]]): boolean => !/^(option|accel|enum|device-alias) /.test(key);
      const isAnswer = (token: string): boolean => !/^@(internal|bus|alias|category|partial)/.test(token);
      const answers = (records: Records): [string, string[]][] =>
        [...records]
          .filter(told)
          .map(([key, tokens]): [string, string[]] => [key, tokens.filter(isAnswer)])
          .sort(([a], [b]) => (a < b ? -1 : 1));
      const names = (records: Records): string[] => answers(records).map(([key]) => key);
      // Those answers came from QEMUs without their OpenGL modules.
      const isModule = (key: string): boolean => /^device .*-gl-device$/.test(key) && !raw.has(key);
      expect(names(stored).filter((key) => !isModule(key))).toEqual(names(raw));
      const crashed = new Set(
        [...raw].filter(([, tokens]) => tokens.includes('@partial')).map(([key]) => key),
      );
      for (const [key, tokens] of answers(raw)) {
        if (!crashed.has(key)) expect([key, stored.get(key)!.filter(isAnswer)]).toEqual([key, tokens]);
      }
      expect(raw.size).toBeGreaterThan(700);
    },
  );
});
