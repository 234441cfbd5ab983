import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseHostCommand } from '../../server/src/cli/hostArguments.ts';
import { importProfile } from '../../server/src/cli/hostImport.ts';
import { readProfile } from '../../server/src/host/read.ts';
import * as examples from './host-importExamples.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-import-'));
  fs.mkdirSync(at('devices'));
  fs.mkdirSync(at('empty'));
  const [gpu, nic] = examples.nodedev.split('</device>\n').map((device) => `${device}</device>`);
  fs.writeFileSync(at('devices/gpu.xml'), gpu!);
  fs.writeFileSync(at('devices/nic.xml'), nic!);
  fs.writeFileSync(at('devices/README'), 'not a device');
  fs.writeFileSync(at('caps.xml'), examples.capabilities);
  fs.writeFileSync(at('numa.txt'), examples.numactl);
  fs.writeFileSync(at('cut.xml'), examples.capabilities.slice(0, 900));
});

afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Runs `virtlens host import` with arguments in which `@` stands for the folder. */
function run(...args: string[]) {
  const command = parseHostCommand(['import', ...args.map((arg) => arg.replace('@', `${folder}/`))]);
  if (command.name !== 'host' || command.action !== 'import') throw new Error('no import');
  let said = '';
  const result = importProfile(command.options, (text) => {
    said += text;
  });
  return { ...result, said: said.replaceAll(`${folder}/`, '@') };
}

describe('virtlens host import', () => {
  it('reads files and folders into a profile that check takes', () => {
    const { text, sound, said } = run(
      '--capabilities',
      '@caps.xml',
      '--nodedev',
      '@devices',
      '--label',
      'gpu-01',
    );
    expect(said).toBe('gap: The huge pages of node 1 are not known: virsh capabilities and lstopo tell.\n');
    expect(sound).toBe(true);
    expect(readProfile(text!)).toHaveProperty('host');
    expect(JSON.parse(text!)).toMatchObject({
      label: 'gpu-01',
      pci: [{ iommuGroup: 71 }, { vendor: '15b3' }],
    });
  });

  it('goes on without a file that is not there, or is damaged, and says so', () => {
    const { text, sound, said } = run(
      '--numactl',
      '@numa.txt',
      '--lstopo',
      '@none.xml',
      '--capabilities',
      '@cut.xml',
    );
    expect(sound).toBe(false);
    expect(readProfile(text!)).toHaveProperty('host');
    expect(said).toContain('@none.xml: error: no such file or folder: check the spelling\n');
    expect(said).toMatch(/^@cut\.xml:\d+: error: The XML is damaged: .*Save the whole output again\.$/m);
  });

  it('tells conflicts', () => {
    const { sound, said } = run('--numactl', '@numa.txt', '--capabilities', '@caps.xml');
    expect(sound).toBe(true);
    expect(said).toContain(
      'conflict: nodes[0].distances.1: kept 32 (virsh capabilities), dropped 21 (numactl -H)\n',
    );
  });

  it('makes nothing without nodes', () => {
    const { text, said } = run('--nodedev', '@devices/gpu.xml');
    expect(text).toBeUndefined();
    expect(said).toContain('error: without nodes there is no profile: nothing is written\n');
  });

  it('tells a contradiction, and gives the profile to be corrected', () => {
    fs.writeFileSync(at('odd.xml'), examples.capabilities.replace("siblings='0,4'", "siblings='1'"));
    const { text, sound, said } = run('--capabilities', '@odd.xml');
    expect(sound).toBe(false);
    expect(text).toContain('"siblings": "1"');
    expect(said).toMatch(/^error: the documents contradict themselves: .*CPU 0/m);
  });

  it('refuses a folder without devices, and no documents at all', () => {
    expect(run('--nodedev', '@empty', '--numactl', '@numa.txt').said).toContain(
      '@empty: error: holds no *.xml',
    );
    expect(() => run('-o', '@x.json')).toThrow('import needs at least one document: --capabilities');
    expect(() => run('--capabilitie', '@caps.xml')).toThrow('did you mean --capabilities?');
  });
});
