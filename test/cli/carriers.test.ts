import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { domain, Program, pathsOf } from './program.ts';

const program = new Program();
beforeAll(() => program.install());
afterAll(() => program.remove());
beforeEach(() => program.enterFolder());

const RUN = 'qemu-system-x86_64 -accel kvm -m 1G -smp 4,cores=3';

it('finds guests in the documents that carry them, by their names', () => {
  program.write('README.md', `Run qemu:\n\n\`\`\`sh\n${RUN}\n\`\`\`\n`);
  program.write('docs/guest.md', `<p>\n\n\`\`\`xml\n${domain({ overlap: true })}\`\`\`\n`);
  program.write('Makefile', `run:\n\t@${RUN}\n`);
  program.write('vm@.service', `[Service]\nExecStart=/usr/bin/${RUN} -name %i\n`);
  program.write('words.md', 'Words.\n');
  const { report } = program.check(['.']);
  expect(pathsOf(report)).toEqual(['Makefile', 'README.md', 'docs/guest.md', 'vm@.service']);
  const places = report.files.map(({ path, findings }) => {
    const errors = findings.filter(({ severity }) => severity === 'error');
    return [path, ...errors.map(({ rule, range }) => `${rule} ${range.start.line}:${range.start.column}`)];
  });
  expect(places).toEqual([
    ['Makefile', `smp-product-mismatch 2:${3 + RUN.indexOf('4,')}`],
    ['README.md', `smp-product-mismatch 4:${1 + RUN.indexOf('4,')}`],
    ['docs/guest.md', 'numa-cpus-overlap 14:26'],
    ['vm@.service', `smp-product-mismatch 2:${20 + RUN.indexOf('4,')}`],
  ]);
});

it('repairs them in place', () => {
  const unit = `[Service]\nExecStart=-/usr/bin/${RUN} -name %i\n`;
  program.write('vm.service', unit);
  program.run(['check', '--repair', 'vm.service']);
  expect(program.read('vm.service')).toBe(unit.replace('cores=3', 'cores=4'));
});

it('reads what a script sources, from where the script lies', () => {
  program.write('guests/vars.sh', 'SMP=4\n');
  program.write('guests/run.sh', '. ./vars.sh\nqemu-system-x86_64 -accel kvm -m 1G -smp $SMP,cores=3\n');
  const { report } = program.check(['guests/run.sh']);
  expect(report.files[0]!.findings.map(({ rule }) => rule)).toContain('smp-product-mismatch');
});
