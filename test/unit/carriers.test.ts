import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { readCarried } from '../../server/src/dialects/carriers/carried.ts';
import { offerRepairs } from '../../server/src/service/actions.ts';
import { type Analysis, analyze } from '../../server/src/service/analyze.ts';
import type { Finding } from '../../server/src/service/finding.ts';
import { repair, resolveFixes } from '../../server/src/service/fixes.ts';
import { hoverAt } from '../../server/src/service/hover.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { statusOf } from '../../server/src/service/status.ts';
import { offerSuppression } from '../../server/src/service/suppress.ts';
import { parseShell } from '../../server/src/syntax/shell/parse.ts';
import { parseXml } from '../../server/src/syntax/xml/parse.ts';
import { type Carrier, carrierOf } from '../../server/src/text/carrier.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import { concerns } from '../../server/src/text/relevance.ts';

vi.mock('../../server/src/syntax/shell/parse.ts', { spy: true });
vi.mock('../../server/src/syntax/xml/parse.ts', { spy: true });

const read = (carrier: Carrier, text: string): Analysis | undefined =>
  analyze({ uri: 'test', text, carrier }, DEFAULT_SETTINGS);

const excerptsOf = (carrier: Carrier, text: string): string[] =>
  readCarried(carrier, text).map(({ excerpt }) => excerpt.text);

const errorsIn = (analysis: Analysis | undefined): Finding[] =>
  analysis?.findings.filter(({ severity }) => severity === 'error') ?? [];

/** `rule: what it marks` of every error. */
const errors = (carrier: Carrier, text: string): string[] =>
  errorsIn(read(carrier, text)).map(({ rule, span }) => `${rule}: ${text.slice(span.start, span.end)}`);

/** The whole document after the first fix of the only error. */
function fixed(carrier: Carrier, text: string): string {
  const analysis = read(carrier, text)!;
  const found = errorsIn(analysis);
  expect(found).toHaveLength(1);
  const [fix] = resolveFixes(analysis, found[0]!);
  return fix ? applyEdits(text, fix.edits) : text;
}

const NODES =
  '-accel kvm -m 4G -smp 4 -object memory-backend-ram,id=m0,size=2G -object memory-backend-ram,id=m1,size=2G';
const OVERLAP = `${NODES} -numa node,nodeid=0,cpus=0-1,memdev=m0 -numa node,nodeid=1,cpus=1-3,memdev=m1`;
const MENDED = OVERLAP.replace('cpus=1-3', 'cpus=2-3');

describe('a unit of systemd', () => {
  const unit = (command: string, before = ''): string =>
    `[Unit]\nDescription=Guest %i # qemu\n\n[Service]\n${before}ExecStart=${command}\nRestart=no\n`;

  it('has findings and fixes where its reader sees them', () => {
    const text = unit(`-/usr/bin/qemu-system-x86_64 ${OVERLAP}`);
    expect(errors('systemd', text)).toEqual(['numa-cpus-overlap: 1-3']);
    expect(fixed('systemd', text)).toBe(unit(`-/usr/bin/qemu-system-x86_64 ${MENDED}`));
  });

  it('goes on over lines, between which comments may stand', () => {
    const lines = (options: string): string => options.replaceAll(' -', ' \\\n# why\n  -');
    const text = unit(`/usr/bin/qemu-system-x86_64 ${lines(OVERLAP)}`);
    expect(fixed('systemd', text)).toBe(unit(`/usr/bin/qemu-system-x86_64 ${lines(MENDED)}`));
  });

  it('knows what Environment= says, and changes it there', () => {
    const command = `/usr/bin/qemu-system-x86_64 -accel kvm -smp \${SMP} -name \${NAME}`;
    const text = unit(command, 'Environment="NAME=a b" SMP=4,cores=3\n');
    expect(excerptsOf('systemd', text)[0]).toContain('NAME="a b"\nSMP=4,cores=3\n');
    expect(errors('systemd', text)).toHaveLength(1);
    expect(fixed('systemd', text)).toBe(unit(command, 'Environment="NAME=a b" SMP=4,cores=4\n'));
  });

  it('knows nothing that a file or a specifier may say', () => {
    const environment = 'Environment=SMP=4,cores=3\n';
    const command = '/usr/bin/qemu-system-x86_64 -accel kvm -smp ${SMP} -m %i -numa node,cpus=%j';
    expect(errors('systemd', unit(command, environment))).toHaveLength(1);
    expect(errors('systemd', unit(command, `${environment}EnvironmentFile=-/etc/vm\n`))).toEqual([]);
    expect(errors('systemd', unit(command, `${environment}Environment=\n`))).toEqual([]);
    expect(errors('systemd', unit('/usr/bin/qemu-system-x86_64 -smp {{ smp }} -m @MEM@'))).toEqual([]);
  });

  it.each([
    ['-name a%%b', '-name a%b'],
    ['-append "a $$b"', '-append "a \\$b"'],
    ["-append 'a %i'", `-append 'a '"\${specifier_i}"''`],
    ['-name a\\x20b', '-name a\\ b'],
    ['-name a;b*(c)', '-name a\\;b\\*\\(c\\)'],
    ['-name a$b $OPTS', '-name a\\$b $OPTS'],
    ['-name ${N}x "${N}"', '-name "${N}"x "${N}"'],
    ["-append 'it\\'s'", "-append 'it'\\''s'"],
  ])('hands on %s as a shell would %s', (written, shell) => {
    const text = unit(`/bin/qemu-system-x86_64 ${written}`);
    expect(excerptsOf('systemd', text)[0]).toContain(`/bin/qemu-system-x86_64 ${shell}`);
  });

  it('may start several commands, one of them by another name', () => {
    const text = unit('@/bin/true x ; /bin/qemu-system-x86_64 -m 1G', 'ExecStartPre=!/bin/kvm -smp 2\n');
    expect(excerptsOf('systemd', text)).toEqual([
      '\n/bin/kvm -smp 2\n/bin/true \n/bin/qemu-system-x86_64 -m 1G',
    ]);
  });

  it('may hand a script to a shell', () => {
    const text = unit(`/bin/sh -c 'cd /; exec qemu-system-x86_64 ${OVERLAP} -name $$X'`);
    expect(excerptsOf('systemd', text)[0]).toContain('-name $X\n)');
    expect(fixed('systemd', text)).toBe(text.replace('cpus=1-3', 'cpus=2-3'));
  });

  it('takes a comment above the line of its command', () => {
    const text = unit(`/usr/bin/qemu-system-x86_64 ${OVERLAP}`);
    const analysis = read('systemd', text)!;
    const offer = offerSuppression(analysis, errorsIn(analysis)[0]!)!;
    const silent = applyEdits(text, offer.edits);
    expect(silent).toBe(
      text.replace('ExecStart=', '# virtlens-ignore numa-cpus-overlap: explain why\nExecStart='),
    );
    expect(errors('systemd', silent)).toEqual([]);
  });
});

describe('a makefile', () => {
  it('has findings and fixes in its recipes, beside what make and the shell expand', () => {
    const text = `run:\n\t@echo $@\n\t-@qemu-system-x86_64 ${OVERLAP} \\\n\t  -name $$USER -hda $(IMG)\n`;
    expect(errors('makefile', text)).toEqual(['numa-cpus-overlap: 1-3']);
    expect(fixed('makefile', text)).toBe(text.replace('cpus=1-3', 'cpus=2-3'));
  });

  it('knows a variable that is assigned once, and changes it where only one command uses it', () => {
    const text = `QEMU := qemu-system-x86_64\nNODES = ${OVERLAP}\nNODES += -name "a b" # nothing\nrun:\n\t$(QEMU) \${NODES} -s\n`;
    expect(excerptsOf('makefile', text)).toEqual([
      `\n(\n\tqemu-system-x86_64 ${OVERLAP} -name "a b" -s\n)\n`,
    ]);
    expect(fixed('makefile', text)).toBe(text.replace('cpus=1-3', 'cpus=2-3'));
    const twice = `${text}debug:\n\t$(QEMU) $(NODES) -S\n`;
    expect(errors('makefile', twice)).toEqual(['numa-cpus-overlap: 1-3']);
    expect(fixed('makefile', twice)).toBe(twice);
  });

  it('goes on reading where a variable is made longer, in the order of the text', () => {
    const text = 'O = -m 1G\nO += -smp 2\nO += -s\nrun:\n\tqemu-system-x86_64 $(O)\n';
    expect(excerptsOf('makefile', text)[0]).toContain('qemu-system-x86_64 -m 1G -smp 2 -s\n');
  });

  it('knows what a variable is for all targets where some add to it', () => {
    const text = `ARGS := ${OVERLAP}\ndebug: ARGS += -s -S\nrun:\n\tqemu-system-x86_64 $(ARGS)\n`;
    expect(excerptsOf('makefile', text)[0]).toContain(`qemu-system-x86_64 ${OVERLAP} \${make_variable}\n`);
    expect(fixed('makefile', text)).toBe(text.replace('cpus=1-3', 'cpus=2-3'));
  });

  it.each([
    ['assigned twice', 'SMP = 4,cores=3\nSMP = 2'],
    ['assigned under a condition', 'ifdef X\nSMP = 4,cores=3\nendif'],
    ['printed by a command', 'SMP != echo 4,cores=3'],
    ['only made longer', 'SMP += 4,cores=3'],
    ['assigned for a target', 'SMP = 4,cores=3\nrun: SMP = 2'],
    ['defined as lines', 'define SMP\n4,cores=3\nendef'],
    ['naming itself', 'SMP = $(SMP)'],
  ])('knows nothing of a variable that is %s', (_, assignments) => {
    expect(errors('makefile', `${assignments}\nrun:\n\tqemu-system-x86_64 -accel kvm -smp $(SMP)\n`)).toEqual(
      [],
    );
  });

  it('knows the value that a variable has unless it is given', () => {
    const run = 'run:\n\tqemu-system-x86_64 -accel kvm -smp $(SMP)\n';
    expect(errors('makefile', `SMP ?= 4,cores=3\n${run}`)).toHaveLength(1);
    expect(errors('makefile', `ifndef SMP\nSMP = 4,cores=3\nendif\n${run}`)).toHaveLength(1);
  });

  it.each([
    ['$(shell nproc) $(A:%=b)', '${make_function} ${make_function}'],
    ["'$(A) $<'", `''"\${A}"' '"\${make_variable}"''`],
    ['"$(A)" $$$$', '"${A}" $$'],
  ])('reads %s as %s', (written, shell) => {
    const text = `run:\n\tqemu-system-x86_64 ${written}\n`;
    expect(excerptsOf('makefile', text)[0]).toContain(`qemu-system-x86_64 ${shell}\n`);
  });

  it('keeps the variables of one recipe line from the next', () => {
    const text = 'run:\n\tSMP=4,cores=3; echo kvm\n\tqemu-system-x86_64 -accel kvm -smp $$SMP\n';
    expect(errors('makefile', text)).toEqual([]);
    expect(errors('makefile', text.replace('echo kvm\n\t', '\\\n\t'))).toHaveLength(1);
  });

  it('doubles the dollars of what is written into it, and adds no line that is none of a recipe', () => {
    const [carried] = readCarried('makefile', 'run:\n\tqemu-system-x86_64 -m 1G\n');
    const end = carried!.excerpt.text.indexOf('1G') + 2;
    const insert = (newText: string) =>
      carried!.excerpt.toCarrierEdits([{ range: { start: end, end }, newText }])?.map((edit) => edit.newText);
    expect(insert(' -name $X')).toEqual([' -name $$X']);
    expect(insert(' \\\n  -s')).toEqual([' \\\n  -s']);
    expect(insert('\n-s')).toBeUndefined();
  });

  it('takes a comment in the recipe', () => {
    const text = `run:\n\t@qemu-system-x86_64 ${OVERLAP}\n`;
    const analysis = read('makefile', text)!;
    const silent = applyEdits(text, offerSuppression(analysis, errorsIn(analysis)[0]!)!.edits);
    expect(silent).toBe(text.replace('\t@', '\t# virtlens-ignore numa-cpus-overlap: explain why\n\t@'));
    expect(errors('makefile', silent)).toEqual([]);
  });
});

describe('a Markdown document', () => {
  const DOMAIN = `<domain type='kvm'>
  <name>a</name><memory unit='GiB'>4</memory><vcpu>4</vcpu>
  <os><type>hvm</type></os>
  <cpu><topology sockets='1' cores='3' threads='1'/></cpu>
</domain>`;
  const page = (overlap: string, domain: string): string =>
    `# Guests\n\nSee qemu.\n\n1. First\n   ~~~ {.bash}\n   qemu-system-x86_64 ${overlap}\n   ~~~\n\n\`\`\`xml title="x"\n${domain}\n\`\`\`\n\`\`\`text\nqemu-system-x86_64 -smp 4,cores=3\n\`\`\`\n`;

  it('is read fence by fence, in both languages', () => {
    const text = page(OVERLAP, DOMAIN);
    expect(errors('markdown', text)).toEqual(['numa-cpus-overlap: 1-3', 'smp-product-mismatch: 4']);
    const analysis = read('markdown', text)!;
    expect(analysis.document.subjects).toHaveLength(2);
    expect(applyEdits(text, repair(analysis))).toBe(page(MENDED, DOMAIN.replace("cores='3'", "cores='4'")));
  });

  it('offers to repair the guest at the cursor, and that one only', () => {
    const text = page(OVERLAP, DOMAIN);
    const analysis = read('markdown', text)!;
    const at = text.indexOf('<vcpu>');
    const [offer, ...others] = offerRepairs(analysis, { start: at, end: at });
    expect(others).toEqual([]);
    expect(applyEdits(text, repair(analysis, offer!.subject))).toBe(
      page(OVERLAP, DOMAIN.replace("cores='3'", "cores='4'")),
    );
    expect(offerRepairs(analysis, { start: 0, end: 1 })).toEqual([]);
  });

  it('explains what is under the cursor, at its place', () => {
    const text = page(OVERLAP, DOMAIN);
    const analysis = read('markdown', text)!;
    const start = text.indexOf('cpus=1-3');
    expect(hoverAt(analysis, start + 1)?.range).toEqual({ start, end: start + 8 });
    const cores = text.indexOf("cores='3'");
    expect(hoverAt(analysis, cores)?.range).toEqual({ start: cores, end: cores + 9 });
    expect(hoverAt(analysis, text.indexOf('Guests'))).toBeUndefined();
  });

  it('says of all its guests how much was understood', () => {
    const text =
      '```sh\nqemu-system-x86_64 -m 1G -kvmclock\n```\n```sh\nqemu-system-x86_64 -m 1G -s $X\n```\n';
    const { total, gaps } = statusOf(read('markdown', text)!);
    expect(total).toBe(5);
    expect(gaps.map(({ span }) => text.slice(span.start, span.end))).toEqual(['-kvmclock', '$X']);
  });

  it('shows sessions, of which only the commands count', () => {
    const text =
      "```console\n[root@host ~]# export SMP=4\nkvm: it's (fine\n$ qemu-system-x86_64 -accel kvm \\\n>   -smp $SMP,cores=3\nqemu: -smp 1,cores=2\n```\n";
    expect(excerptsOf('markdown', text)).toEqual([
      'export SMP=4\nqemu-system-x86_64 -accel kvm \\\n  -smp $SMP,cores=3\n',
    ]);
    expect(fixed('markdown', text)).toBe(text.replace('cores=3', 'cores=4'));
    const analysis = read('markdown', text)!;
    // A comment would have to stand behind a prompt of its own.
    expect(offerSuppression(analysis, errorsIn(analysis)[0]!)).toBeUndefined();
  });

  it('need not say what is certainly shell: only commands that start QEMU are read', () => {
    const text =
      "```\nkvm                  1138688  1 kvm_intel\nkvm: it's (fine\n# sudo qemu-system-x86_64 -accel kvm \\\n  -smp 4,cores=3\nqemu-system-x86_64: -smp 1,cores=2: no\nqemu-system-x86_64\n```\n";
    expect(excerptsOf('markdown', text)).toEqual([
      'sudo qemu-system-x86_64 -accel kvm \\\n  -smp 4,cores=3\n',
    ]);
    expect(fixed('markdown', text)).toBe(text.replace('cores=3', 'cores=4'));
  });

  it('need not say what is certainly a session, or a domain', () => {
    const session = '```\n$ N=4\n$ qemu-system-x86_64 -smp $N,cores=3\nqemu: -smp 1,cores=2\n```\n';
    expect(excerptsOf('markdown', session)).toEqual(['N=4\nqemu-system-x86_64 -smp $N,cores=3\n']);
    expect(errors('markdown', `\`\`\`\n${DOMAIN}\n\`\`\`\n`)).toEqual(['smp-product-mismatch: 4']);
    expect(read('markdown', '```\n<hostdev/> in a <domain >, for qemu\n```\n')).toBeUndefined();
  });

  it('leaves to its reader what it leaves open', () => {
    const text =
      '```sh\nqemu-system-x86_64 [options] -m <size> -smp <n>,cores=3 \\\n  -device vfio-pci,host=<bus:dev.fn> -numa node,cpus=0-3 ...\n```\n';
    expect(errors('markdown', text)).toEqual([]);
    expect(excerptsOf('markdown', text.replace('-m <size>', '-kernel <x.img >log'))[0]).toContain(
      '<x.img >log',
    );
  });

  it.each([
    "<domain type='kvm'>\n  <vcpu>4</vcpu>\n  <numatune><memory mode='strict' nodeset='0'/></numatune>\n</domain>",
    "<domain type='kvm'>\n  <name>a</name>\n</domain>\n  <devices>\n    <controller type='scsi' model='virtio-scsi'><driver iothread='1'/></controller>\n  </devices>\n</domain>",
    "<domain type='kvm'>\n  <name>a</name><memory>1</memory>\n  ...\n  <os>...</os>\n  <devices><!-- … --><hostdev mode='subsystem' type='pci'>…</hostdev></devices>\n</domain>",
  ])('shows a part of a domain: what it lacks may stand elsewhere', (domain) => {
    expect(errors('markdown', `\`\`\`xml\n${domain}\n\`\`\`\n`)).toEqual([]);
  });

  it('keeps its carriage returns, which are no mistake of the command', () => {
    const text = page(OVERLAP.replaceAll(' -', ' \\\n     -'), DOMAIN).replaceAll('\n', '\r\n');
    const analysis = read('markdown', text)!;
    expect(applyEdits(text, repair(analysis))).toBe(
      text.replace('cpus=1-3', 'cpus=2-3').replace("cores='3'", "cores='4'"),
    );
  });
});

describe('what is none of our business', () => {
  it.each([
    ['systemd', '[Service]\nExecStart=/usr/bin/true\n'],
    ['makefile', 'all:\n\tcc -o a $<\n'],
    ['markdown', '# Words\n```sh\nls\n```\n'],
    // It names QEMU, but not where a command could stand.
    ['markdown', 'All about qemu and `<domain >`.\n```sh\nls\n```\n```xml\n<a/>\n```\n'],
    ['makefile', '# for qemu\nQEMU = qemu-system-x86_64\nall:\n\tcc -o a $<\n'],
  ] as const)('%s is not even parsed', (carrier, text) => {
    vi.mocked(parseShell).mockClear();
    vi.mocked(parseXml).mockClear();
    expect(read(carrier, text)).toBeUndefined();
    expect(parseShell).not.toHaveBeenCalled();
    expect(parseXml).not.toHaveBeenCalled();
  });

  it('is XML without a domain', () => {
    const rows = '<item><title>kvm and qemu</title><link href="x"/></item>\n'.repeat(20_000);
    vi.mocked(parseXml).mockClear();
    const source = { uri: 'test', text: `<?xml version="1.0"?>\n<rss>${rows}</rss>` };
    expect(analyze(source, DEFAULT_SETTINGS)).toBeUndefined();
    expect(analyze({ ...source, dialect: 'libvirt' }, DEFAULT_SETTINGS)).toBeUndefined();
    expect(parseXml).not.toHaveBeenCalled();
  });

  it('is a text that begins with many blanks, whatever follows', () => {
    expect(concerns(`${' '.repeat(50_000)}x`)).toBeUndefined();
    expect(concerns(`${'\n'.repeat(50_000)}<domain>`)).toBe('libvirt');
  });

  it('is told by what is asked for', () => {
    const text = 'qemu\n```xml\n<domain type="kvm"><name>a</name></domain>\n```\n';
    expect(concerns(text, 'libvirt', 'markdown')).toBe('libvirt');
    expect(readCarried('markdown', text, 'qemu')).toEqual([]);
    expect(readCarried('markdown', text, 'libvirt')).toHaveLength(1);
    expect(concerns('<domain ', undefined, 'makefile')).toBeUndefined();
  });
});

it.each([
  ['docs/README.md', 'markdown'],
  ['Makefile', 'makefile'],
  ['a/GNUmakefile', 'makefile'],
  ['rules/qemu.mk', 'makefile'],
  ['tests/Makefile.include', 'makefile'],
  ['Makefile-riscv64', 'makefile'],
  ['/etc/systemd/system/vm@.service', 'systemd'],
  ['file:///etc/systemd/system/vm.service.d/override.conf', 'systemd'],
  ['templates/vm.service.j2', 'systemd'],
  ['run.sh', undefined],
  ['vm.xml', undefined],
  ['vm.conf', undefined],
  ['Makefile.md', 'markdown'],
  ['-', undefined],
])('%s carries as a %s', (name, carrier) => {
  expect(carrierOf(name)).toBe(carrier);
});

it.each(['systemd', 'makefile', 'markdown'] as const)(
  'any text is read as one of %s, every character in its place',
  (carrier) => {
    const pieces = fc.constantFrom(
      ...[
        'ExecStart=',
        'Environment=A=b',
        '%i',
        '$$',
        '$(A)',
        '${A}',
        '\\\n',
        '\\x20',
        '"',
        "'",
        '\n',
        '\r\n',
        '\t',
        ' ',
      ],
      ...[
        'A = $(B)',
        'B += kvm',
        'run:',
        '@',
        '```sh',
        '```',
        '~~~xml',
        '$ ',
        '<domain>',
        '<x>',
        '...',
        '#',
        ';',
        'qemu',
        ' -m 1G',
      ],
      ...["/bin/sh -c '", '{{ a }}', '$(shell ', ')', 'ifdef A', 'endif', 'define A', '\\'],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = `${parts.join('')}\nqemu`;
        for (const { excerpt } of readCarried(carrier, text)) {
          let at = 0;
          for (const run of excerpt.runs) {
            expect(run.at).toBe(at);
            at += run.length;
            const shown = excerpt.text.slice(run.at, at);
            if (run.copied) expect(text.slice(run.source.start, run.source.end)).toBe(shown);
            expect(run.source.end).toBeLessThanOrEqual(text.length);
          }
          expect(excerpt.text).toHaveLength(at);
        }
        read(carrier, text);
      }),
      { numRuns: 300 },
    );
  },
);
