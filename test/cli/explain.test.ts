import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Program } from './program.ts';

const program = new Program();
beforeAll(() => program.install());
afterAll(() => program.remove());
beforeEach(() => program.enterFolder());

it('prints the page that travels with the program', () => {
  const pages = path.join(program.root, 'docs', 'rules');
  fs.mkdirSync(pages, { recursive: true });
  fs.writeFileSync(path.join(pages, 'numa-cpus-overlap.md'), '# numa-cpus-overlap\n\nA page.\n');
  const { code, stdout } = program.run(['explain', 'numa-cpus-overlap']);
  expect(stdout).toBe('# numa-cpus-overlap\n\nA page.\n');
  expect(code).toBe(0);
  fs.rmSync(pages, { recursive: true });
});

it('says how to get a page that is missing', () => {
  const { code, stderr } = program.run(['explain', 'numa-cpus-overlap']);
  expect(stderr).toContain('numa-cpus-overlap.md cannot be read');
  expect(stderr).toContain('npm run generate');
  expect(code).toBe(2);
});

const HOST = JSON.stringify({
  schemaVersion: 1,
  nodes: [
    { id: 0, cpus: '0-3', distances: { 0: 10, 1: 21 } },
    { id: 1, cpus: '4-7', distances: { 0: 21, 1: 10 } },
  ],
  pci: [{ address: '0000:af:00.0', class: '030200', nodes: [1] }],
});

const LAUNCHER = `taskset -c 0-3 qemu-system-x86_64 -accel kvm -cpu host -smp 2 -m 1G \\
  -object memory-backend-ram,id=m0,size=1G,policy=bind,host-nodes=0 -machine q35,memory-backend=m0 \\
  -device vfio-pci,host=0000:af:00.0
`;

it('derives the verdicts on placement that rest on a line', () => {
  program.write('host.json', HOST);
  program.write('vm.sh', LAUNCHER);
  const { code, stdout, stderr } = program.run(['explain', '--at', 'vm.sh:3', '--host', 'host.json']);
  expect(stderr).toBe('');
  expect(stdout.split('\n\n')[0]).toBe(
    [
      'A device and the memory that it reads and writes have a host node in common. This does not hold here: GPU 0000:af:00.0 and the guest.',
      '  warning gpu-memory-on-other-node: GPU 0000:af:00.0 is on host node 1, but guest memory comes from host node 0: every DMA crosses between the nodes (distance 21).',
      '  vm.sh:3                          GPU 0000:af:00.0 is handed to the guest.',
      '  profile pci[0000:af:00.0].nodes  Device 0000:af:00.0 is on host node 1.',
      '  vm.sh:2                          Memory m0 is bound to host node 0.',
      '  vm.sh:1                          All threads without a pin of their own run on host CPUs 0-3.',
      '  profile nodes[0].cpus            Host node 0 has host CPUs 0-3.',
      '  Distance 2.1, and 1.0 after "Bring memory and vCPUs to host node 1" (the firmware\'s relative distance, 1.0 where all is local; no measured latency).',
      '  Could make it wrong: Where a device is, the firmware (_PXM) told the kernel; some boards tell it wrong.',
      '  Could make it wrong: Pages can be moved while the guest runs: migratepages, virsh numatune.',
    ].join('\n'),
  );
  expect(stdout).toContain('Not reported by itself');
  expect(code).toBe(0);
});

it('says so where no verdict rests on a line', () => {
  program.write('host.json', HOST);
  program.write('vm.sh', `# A launcher.\n${LAUNCHER}`);
  const { code, stdout } = program.run(['explain', '--at', 'vm.sh:1', '--host', 'host.json']);
  expect(stdout).toBe('vm.sh:1: no verdict on placement rests on this line.\n');
  expect(code).toBe(0);
});

it.each([
  [['--at', 'vm.sh:3'], 'name its profile with --host'],
  [['--at', 'vm.sh'], '--at is FILE:LINE'],
  [['--at', 'vm.sh:9', '--host', 'host.json'], 'vm.sh has 4 lines, and no line 9'],
  [['--at', 'none.sh:1', '--host', 'host.json'], 'none.sh: no such file'],
  [['--at', 'host.json:1', '--host', 'host.json'], 'holds no QEMU command'],
  [['--host', 'host.json'], '--host and --config go with --at'],
  [['--at', 'vm.sh:3', '--host', 'none.hostprofile.json'], 'none.hostprofile.json: no such file'],
])('explains %j: %s', (args, message) => {
  program.write('host.json', HOST);
  program.write('vm.sh', LAUNCHER);
  const { code, stderr, stdout } = program.run(['explain', ...args]);
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

it('starts the language server beside it, which finds --stdio among its arguments', () => {
  const server = path.join(program.root, 'dist', 'server.js');
  fs.writeFileSync(server, 'process.stdout.write(process.argv.slice(2).join(" "));');
  const { code, stdout } = program.run(['lsp', '--stdio', '--clientProcessId=1']);
  expect(stdout).toBe('lsp --stdio --clientProcessId=1');
  expect(code).toBe(0);
});
