import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../server/src/service/analyze.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { told } from '../lib/told.ts';

const examples = path.resolve(import.meta.dirname, '..', '..', 'examples');

/** Guests with mistakes of all kinds, each a command of its own. */
const GUESTS = [
  ...fs
    .readdirSync(examples)
    .filter((name) => name.endsWith('.sh'))
    .map((name) => fs.readFileSync(path.join(examples, name), 'utf8')),
  'qemu-system-x86_64 -M q35 -m 4G -smp 4 -numa node,mem=4G -device pcie-root-port,id=a -device e1000,bus=b\n',
  'NODE=1\nargs=(-M q35 -object memory-backend-ram,id=m0,size=1G,host-nodes=$NODE,policy=bind)\nqemu-system-x86_64 "${args[@]}" &\n',
  'qemu-system-x86_64 -M q35 \\\n  -smp 4 \\ \n  -device virtio-net-pci,netdev=n0 -netdev user,id=n0 $EXTRA\n',
  'for i in 0 1; do\n  qemu-system-x86_64 -M q35 -device vfio-pci,host=0000:0$i:00.0,id=gpu$i,id=gpu$i\ndone\n',
];

const script = fc
  .array(fc.constantFrom(...GUESTS), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('\n'));

/** What is typed: words that matter, characters that the shell reads, and deletions. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat(6),
  typed: fc.constantFrom(
    '',
    '',
    ',',
    ' ',
    '\n',
    '#',
    '"',
    '$',
    '1',
    'x',
    '-m 2G ',
    ',id=a',
    'NODE=2\n',
    '\\\n',
  ),
});

describe('a document that is read again and again', () => {
  it('has the findings that it has when it is read for the first time', () => {
    fc.assert(
      fc.property(script, fc.array(edit, { minLength: 1, maxLength: 8 }), (start, edits) => {
        // A choice of settings of its own has nothing to remember.
        const settings = { ...DEFAULT_SETTINGS };
        let text = start;
        analyze({ uri: 'test.sh', text }, settings);
        for (const { at, removed, typed } of edits) {
          const offset = Math.floor(at * text.length);
          text = text.slice(0, offset) + typed + text.slice(offset + removed);
          const again = told(analyze({ uri: 'test.sh', text }, settings));
          expect(again).toEqual(told(analyze({ uri: 'test.sh', text }, { ...DEFAULT_SETTINGS })));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('finds again what stands elsewhere by now', () => {
    const settings = { ...DEFAULT_SETTINGS };
    const found = (text: string) =>
      analyze({ uri: 'test.sh', text }, settings)!.findings.map(({ rule, span }) => [
        rule,
        text.slice(span.start, span.end),
      ]);
    const guest = 'qemu-system-x86_64 -M q35 -numa node,mem=4G\n';
    expect(found(guest)).toContainEqual(['numa-mem-removed', 'mem=4G']);
    expect(found(`# one line more\n${guest}`)).toContainEqual(['numa-mem-removed', 'mem=4G']);
  });
});
