// Turns what test/agreement found into docs/agreement.md.

const percent = (part, whole) => (whole === 0 ? 'none asked' : `${((part / whole) * 100).toFixed(1)} %`);

const firstLine = (text) => text.split('\n').find((line) => line.trim() !== '') ?? '';

/** Messages name the program and the option first, which the column before tells. */
const refusal = ({ message }) => firstLine(message).replace(/^[\w./-]+: (?:-[\w-]+ [^:]*?: )?/, '');

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').trim() || '(nothing)';

const code = (text) => `\`${text.replaceAll('|', '\\|').replaceAll('`', "'").replace(/\s+/g, ' ').trim()}\``;

const table = (head, rows) => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
];

const describe = ({ base, mutation, changed }) => [
  cell(base),
  cell(mutation ?? 'as it is'),
  changed ? code(changed) : '(something is missing)',
];

function section({
  program,
  total,
  seed,
  refused,
  found,
  accepted,
  silent,
  missed,
  false: wrong,
  undecided,
  ofThisHost,
}) {
  return [
    `## ${program}`,
    '',
    `${total} configurations, seed ${seed}.`,
    '',
    ...table(
      ['', 'configurations', 'we agree', ''],
      [
        ['the program refuses, we report an error', refused, found, percent(found, refused)],
        ['the program accepts, we report none', accepted, silent, percent(silent, accepted)],
      ],
    ),
    '',
    ...(undecided.length > 0
      ? [`Not decided in time, or the program crashed: ${undecided.length}.`, '']
      : []),
    ...(ofThisHost.length > 0
      ? [`Refused for what the host that was asked lacks, and another may have: ${ofThisHost.length}.`, '']
      : []),
    ...(wrong.length > 0
      ? [
          '### Accepted, and an error of ours',
          '',
          ...table(
            ['made of', 'by', 'now', 'our errors'],
            wrong.map((each) => [...describe(each), cell(each.ours.join('; '))]),
          ),
          '',
        ]
      : []),
    ...(missed.length > 0
      ? [
          '### Refused, and no error of ours',
          '',
          ...table(
            ['made of', 'by', 'now', 'the program says'],
            missed.map((each) => [...describe(each), cell(refusal(each.theirs))]),
          ),
          '',
        ]
      : []),
  ];
}

/** The sections of a page that was written before, each with the name of its program. */
export const partsOf = (page) =>
  page
    .split(/^(?=## )/m)
    .slice(1)
    .map((text) => ({ name: text.slice(3, text.indexOf('\n')), text: text.trimEnd() }));

/**
 * @param results one for each program, as test/agreement/main.ts prints them
 * @param kept sections that stay as they are (see partsOf)
 */
export function report(results, kept = []) {
  const parts = [
    ...results.map((result) => ({ name: result.program, text: section(result).join('\n').trimEnd() })),
    ...kept,
  ].toSorted((a, b) => rank(a.name) - rank(b.name));
  return `${[
    '# Agreement with the real programs',
    '',
    'Valid configurations, and mutations of them, are put to the real program and to VirtLens. The program only says',
    'whether it refuses; so what is compared is whether there is an error, not which. Errors that only a start or a boot',
    'can show are left out of the second row, and mutations of what is replaced for this machine (a disk by another file)',
    'are not asked about. `npm run agreement` makes this page; another seed asks about other mutations.',
    '',
    parts.map(({ text }) => text).join('\n\n'),
  ]
    .join('\n')
    .trimEnd()}\n`;
}

/** QEMU before libvirt; the versions of a program as they were asked. */
const rank = (name) => (name.startsWith('QEMU') ? 0 : 1);
