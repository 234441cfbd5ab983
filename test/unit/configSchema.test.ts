import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { parseConfig } from '../../server/src/service/config.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const [{ fileMatch, url }] = manifest.contributes.jsonValidation as [{ fileMatch: string; url: string }];
const schema = JSON.parse(fs.readFileSync(path.join(root, url), 'utf8'));
const ruleNames = Object.keys(schema.properties.rules.properties);

describe('the schema of virtlens.json', () => {
  it('is what editors are given for that name, and travels with the extension', () => {
    expect(fileMatch).toBe('virtlens.json');
    const packaged = fs.readFileSync(path.join(root, '.vscodeignore'), 'utf8').split('\n');
    expect(packaged).toContain(`!${url.replace('./', '').split('/')[0]}/**`);
  });

  it.each([
    {},
    { $schema: './schema.json' },
    { preset: 'desktop', rules: { 'numa-cpus-overlap': 'off' }, ignore: ['old/**'] },
    { qemuVersion: '10.0', libvirtVersion: '9.10.1' },
    { host: 'none', hosts: { 'vms/**': 'hosts/gpu-01.hostprofile.json' } },
    [],
    'server',
    { ignor: [] },
    { preset: 'laptop' },
    { preset: null },
    { rules: { 'numa-cpu-overlap': 'off' } },
    { rules: { 'numa-cpus-overlap': 'eror' } },
    { rules: { 'numa-cpus-overlap': true } },
    { rules: [] },
    { qemuVersion: 10.0 },
    { qemuVersion: '10' },
    { libvirtVersion: 'new' },
    { host: '' },
    { hosts: 'gpu-01' },
    { hosts: ['gpu-01'] },
    { hosts: { 'vms/**': 1 } },
    { hosts: { 'vms/**': '' } },
    { ignore: 'old' },
    { ignore: [7] },
  ])('judges %j as the program does', (config) => {
    const taken = z.fromJSONSchema(schema).safeParse(config).success;
    expect(taken).toBe('config' in parseConfig(JSON.stringify(config), ruleNames));
  });

  it('names every setting, and explains each', () => {
    const unknown = parseConfig('{"?": 1}', ruleNames) as { problems: { message: string }[] };
    const known = /There are (.*)\.$/.exec(unknown.problems[0]!.message)![1]!.split(', ');
    expect(Object.keys(schema.properties).sort()).toEqual(known.sort());
    for (const { description } of Object.values<{ description?: string }>(schema.properties)) {
      expect(description).toMatch(/\.$/);
    }
  });

  it('says of every rule what it finds and how severe it is', () => {
    expect(ruleNames).toEqual([...ruleNames].sort());
    for (const rule of Object.values<Record<string, unknown>>(schema.properties.rules.properties)) {
      expect(rule).toEqual({
        enum: ['error', 'warning', 'information', 'hint', 'off'],
        default: expect.stringMatching(/^(error|warning|information|hint)$/),
        description: expect.stringMatching(/\.$/),
      });
    }
  });
});
