import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Program } from './program.ts';

const program = new Program();
beforeAll(() => program.install());
afterAll(() => program.remove());
beforeEach(() => program.enterFolder());

const SCRIPT = 'qemu-system-x86_64 -accel tcg -machine q35 -m 512M -device virtio-gpu-pcie\n';

const rulesFound = (...options: string[]): string[] => {
  program.write('vm.sh', SCRIPT);
  const { report } = program.check([...options, 'vm.sh']);
  return report.files.flatMap(({ findings }) => findings.map(({ rule }) => rule));
};

describe('the catalogue of QEMU', () => {
  it('is read from beside the program, as the build lays it there', () => {
    expect(rulesFound()).toContain('unknown-device');
    const beside = path.dirname(program.bundle);
    for (const name of fs.readdirSync(beside)) {
      if (name.endsWith('.txt')) fs.rmSync(path.join(beside, name));
    }
    expect(rulesFound()).not.toContain('unknown-device');
  });
});
