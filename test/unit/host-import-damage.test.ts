import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importCapabilities } from '../../server/src/host/import/capabilities.ts';
import { type Importer, SIZE_LIMIT } from '../../server/src/host/import/document.ts';
import { importLscpu } from '../../server/src/host/import/lscpu.ts';
import { importLstopo } from '../../server/src/host/import/lstopo.ts';
import { importNodeDevices } from '../../server/src/host/import/nodedev.ts';
import { importNumactl } from '../../server/src/host/import/numactl.ts';
import { importNvidiaTopology } from '../../server/src/host/import/nvidiaTopology.ts';
import * as examples from './host-importExamples.ts';

const gpus = ['0000:18:00.0', '0000:3b:00.0', '0000:af:00.0'];

/** The whole matrix, without the legend behind it, which may be missing. */
const matrix = examples.nvidia.slice(0, examples.nvidia.indexOf('NIC0\tPIX'));

const IMPORTERS: readonly (readonly [string, Importer, string])[] = [
  ['virsh capabilities', importCapabilities, examples.capabilities],
  ['virsh nodedev-dumpxml', importNodeDevices, examples.nodedev],
  ['lstopo', importLstopo, examples.lstopo],
  ['lscpu', importLscpu, examples.lscpu],
  ['numactl', importNumactl, examples.numactl],
  ['nvidia-smi', (text, file) => importNvidiaTopology(text, file, gpus), matrix],
];

describe.each(IMPORTERS)('a damaged document of %s', (_, read, example) => {
  const whole = example.trimEnd();

  it('is read without a word while it is whole', () => {
    expect(read(example, 'x').problems).toEqual([]);
    expect(read(whole, 'x').problems).toEqual([]);
  });

  it('says something when its end is missing', () => {
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), (length) => {
        const cut = whole.slice(0, length);
        const { facts, problems } = read(cut, 'x');
        // The last devices of a file may be missing without a trace.
        if (!/<\/device>\s*$/.test(cut)) expect(problems, cut.slice(-80)).not.toEqual([]);
        expect(facts.source).toBeDefined();
      }),
      { numRuns: 400 },
    );
  });

  it('says something when it is something else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 200 }), fc.json()), (text) => {
        expect(read(text, 'x').problems).not.toEqual([]);
      }),
    );
  });

  it('never throws, wherever characters change, and names the file and a line that exists', () => {
    const change = fc.record({
      at: fc.nat({ max: example.length }),
      remove: fc.nat({ max: 12 }),
      insert: fc.oneof(
        fc.string({ maxLength: 4 }),
        fc.constantFrom(
          '<',
          '</',
          '>',
          '"',
          "'",
          '&',
          '&x;',
          '<!--',
          '<![CDATA[',
          '<?',
          '99999999999',
          '-1',
          '\0',
          '\n',
        ),
      ),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        let text = example;
        for (const { at, remove, insert } of changes)
          text = text.slice(0, at) + insert + text.slice(at + remove);
        const lines = text.split(/\r\n|\r|\n/).length;
        for (const { file, line, message } of read(text, 'x').problems) {
          expect(file).toBe('x');
          expect(message).toMatch(/^.{10,400}$/);
          if (line !== undefined) {
            expect(line).toBeGreaterThan(0);
            expect(line).toBeLessThanOrEqual(lines);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is refused when it is empty or too large', () => {
    expect(read(' \n', 'x').problems[0]!.message).toMatch(/^The document is empty: /);
    const large = read(example + ' '.repeat(SIZE_LIMIT), 'x');
    expect(Object.keys(large.facts)).toEqual(['source']);
    expect(large.problems[0]!.message).toMatch(/^The document is larger than 8 MiB: /);
  });
});

describe('a hostile document', () => {
  const messages = (text: string): string[] =>
    importCapabilities(text, 'x').problems.map(({ line, message }) => `${line ?? '-'} ${message}`);

  it('declares entities, which are refused before anything is read', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join(
      '\n',
    );
    const bomb = `<?xml version="1.0"?>\n<!DOCTYPE c [\n<!ENTITY e0 "ha">\n${levels}\n]>\n<capabilities>&e9;</capabilities>`;
    expect(messages(bomb)).toEqual(['2 This declares entities, which are not read: remove the declaration.']);
  });

  it('uses an entity that nobody declared: it stays what is written', () => {
    const { facts } = importNodeDevices(
      examples.nodedev.replace('H100 PCIe', '&secret; &#65;&amp;amp;'),
      'x',
    );
    expect(facts.pci![0]!.name).toBe('GH100 [&secret; &#65;&amp; & friends]');
  });

  it('is nested without end', () => {
    expect(messages(`<capabilities>\n${'<a>'.repeat(100)}${'</a>'.repeat(100)}</capabilities>`)).toEqual([
      '2 Elements are nested deeper than 64: no program writes that.',
    ]);
    expect(messages('<a>'.repeat(200_000) + '</a>'.repeat(200_000))).toHaveLength(1);
    expect(importLscpu(`{"lscpu":${'['.repeat(200_000)}`, 'x').problems).toHaveLength(1);
  });

  it('has names that mean something to JavaScript', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const text = examples.capabilities.replace('<host>', `<host><${name} ${name}="1">x</${name}>`);
      const { facts, problems } = importCapabilities(text, 'x');
      // Either it means nothing, or the document is refused.
      expect(facts.nodes?.length === 2 || problems.length === 1, name).toBe(true);
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('breaks a line or rings a bell inside of what a message quotes: the message stays one line of text', () => {
    const { problems } = importLstopo(
      examples.lstopo.replace(/pci_busid="0/, 'pci_busid="0\n\u0007\u001b[2J'),
      'x',
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]!.message).toMatch(/^A PCI device \("0␊␇␛\[2J/);
  });

  it('is wrong in every line: the first ten are listed, the others counted', () => {
    const { problems } = importCapabilities(examples.capabilities.replaceAll(/ id='/g, " id='x"), 'x');
    expect(problems.length).toBeLessThanOrEqual(11);
    const cells = Array.from({ length: 300 }, () => '<cell/>').join('\n');
    const { problems: many } = importCapabilities(
      `<capabilities><host><topology><cells>${cells}</cells></topology></host></capabilities>`,
      'x',
    );
    expect(many).toHaveLength(11);
    expect(many[10]!.message).toBe('290 more problems of this document are not listed.');
  });
});
