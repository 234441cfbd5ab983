// docs/benchmarks.md, from what measure() returns.

/** What each measurement is held to: the 95th percentile, in milliseconds, unless it says otherwise. */
const BUDGETS = {
  keystroke: (document) => (document.lines > 1000 ? 50 : 25),
  request: 15,
  analysis: (document) => (document.lines > 1000 ? undefined : 5),
  initialized: 300,
  firstDiagnostics: 350,
  overNode: 60,
  filesPerSecond: 1000,
  memory: 120,
  growth: 1.2,
  package: 1_500_000,
};

const number = (value) => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));
const ms = (value) => `${number(value)} ms`;
const times = (value) =>
  `${value < 0.1 ? value.toFixed(2) : value < 10 ? value.toFixed(1) : Math.round(value)}×`;
const kilobytes = (bytes) => `${Math.round(bytes / 1024).toLocaleString('en')} KB`;

/** A budget, and whether it is kept. */
const held = (value, budget, unit = 'ms') =>
  budget === undefined ? '' : `${budget} ${unit}: ${value <= budget ? 'kept' : '**missed**'}`;

/** A table in Markdown; numbers are aligned to the right, which is where all columns but the first stand. */
const table = (head, rows) =>
  [head, [':--', ...head.slice(1).map(() => '--:')], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

const titled = ({ name, lines }) => `${name}, ${lines.toLocaleString('en')} lines`;

function typingTable({ typing }) {
  const client = { asks: 'asks, as VS Code', told: 'is told', host: 'is told, under a host profile' };
  const rows = typing.map(({ document, spacing, mode, times: measured }) => [
    titled(document),
    client[mode],
    ms(spacing),
    ...(measured
      ? [
          ms(measured.p50),
          ms(measured.p95),
          ms(measured.max),
          `${measured.superseded} of ${measured.keystrokes}`,
          held(measured.p95, BUDGETS.keystroke(document)),
        ]
      : ['no answer', '', '', '', '']),
  ]);
  return table(
    ['document', 'client', 'a key every', 'p50', 'p95', 'max', 'superseded', 'budget (p95)'],
    rows,
  );
}

function editsTable({ edits }) {
  const ours = (document) => edits.find((row) => row.name === 'virtlens' && row.document === document).times;
  const rows = edits.map(({ name, document, times: measured }) => [
    name,
    titled(document),
    measured ? ms(measured.p50) : 'no answer',
    measured ? ms(measured.p95) : '',
    measured ? times(measured.p50 / ours(document).p50) : '',
  ]);
  return table(['server', 'document', 'p50', 'p95', 'of ours'], rows);
}

const requestsTable = ({ requests }) =>
  table(
    ['question', 'document', 'p50', 'p95', 'max', 'budget (p95)'],
    requests.flatMap(({ document, kinds }) =>
      kinds.map(({ name, p50, p95, max }) => [
        name,
        titled(document),
        ms(p50),
        ms(p95),
        ms(max),
        held(p95, BUDGETS.request),
      ]),
    ),
  );

const analysisTable = ({ analysis }) =>
  table(
    ['document', 'findings', 'p50', 'p95', 'of it reading', 'a walk through the tree', 'budget (p95)'],
    analysis.map(({ document, findings, whole, reading, walk }) => [
      titled(document),
      findings,
      ms(whole.p50),
      ms(whole.p95),
      `${Math.round((reading.p50 / whole.p50) * 100)} %`,
      `${ms(walk.p50)}: ${times(whole.p50 / walk.p50)}`,
      held(whole.p95, BUDGETS.analysis(document)),
    ]),
  );

const rulesTable = ({ rules }) =>
  table(
    ['rule', 'p50', 'p95'],
    rules
      .slice(0, 5)
      .map(({ rule, p50, p95 }) => [`\`${rule}\``, `${p50.toFixed(2)} ms`, `${p95.toFixed(2)} ms`]),
  );

const growthTable = ({ growth }) =>
  table(
    ['more', 'input', 'CPU time', 'by input', 'budget'],
    growth.map(({ what, small, large, input, time }) => [
      what,
      times(input),
      `${ms(small)} to ${ms(large)}: ${times(time)}`,
      (time / input).toFixed(2),
      held(time / input, BUDGETS.growth, ''),
    ]),
  );

function singleTable({ single }) {
  const rows = single.flatMap(({ document, commands }) => {
    const [node, ours] = commands;
    return commands.map((command) => [
      `\`${command.name}\``,
      titled(document),
      ms(command.p50),
      ms(command.min),
      times(command.p50 / ours.p50),
      command === ours ? held(ours.p50 - node.p50, BUDGETS.overNode, 'ms over Node.js (p50)') : '',
    ]);
  });
  return table(['command', 'document', 'p50', 'min', 'of ours', 'budget'], rows);
}

function manyTable({ many, corpus }) {
  const rows = many.map(({ name, files, milliseconds, perSecond }) => [
    `\`${name}\``,
    'generated',
    files,
    ms(milliseconds),
    number(perSecond),
    times(many[0].perSecond / perSecond),
    name === many[0].name ? heldFloor(perSecond, BUDGETS.filesPerSecond) : '',
  ]);
  if (corpus) {
    const { files, milliseconds, perSecond } = corpus;
    rows.push([`\`${many[0].name}\``, "other projects'", files, ms(milliseconds), number(perSecond), '', '']);
  }
  return table(['command', 'files', 'count', 'time', 'files per second', 'ours is faster', 'budget'], rows);
}

const heldFloor = (value, budget) => `${budget}: ${value >= budget ? 'kept' : '**missed**'}`;

/** How many times as fast as the validator of the schema alone we are to be. */
const PACE = 2;

function throughputTable({ throughput }) {
  const rows = throughput.map(({ name, count, perSecond, validator }) => {
    const budgets = [heldFloor(perSecond, BUDGETS.filesPerSecond)];
    if (validator) {
      budgets.push(`${PACE}×: ${perSecond >= PACE * validator.perSecond ? 'kept' : '**missed**'}`);
    }
    return [
      name,
      count,
      number(perSecond),
      validator ? number(validator.perSecond) : '',
      validator ? times(perSecond / validator.perSecond) : '',
      budgets.join(', '),
    ];
  });
  const head = ['documents', 'count', 'a second', 'xmllint --relaxng', 'of that', 'budget'];
  return table(head, rows);
}

function serverTable({ startUp, memory }) {
  const rows = [
    [
      'initialized',
      ms(startUp.initialized.p50),
      ms(startUp.initialized.p95),
      held(startUp.initialized.p95, BUDGETS.initialized),
    ],
    [
      'first diagnostics',
      ms(startUp.firstDiagnostics.p50),
      ms(startUp.firstDiagnostics.p95),
      held(startUp.firstDiagnostics.p95, BUDGETS.firstDiagnostics),
    ],
  ];
  if (memory.open !== undefined) {
    rows.push(['memory without a document', `${Math.round(memory.empty)} MB`, '', '']);
    rows.push([
      `memory with ${memory.count} documents`,
      `${Math.round(memory.open)} MB`,
      '',
      held(memory.open, BUDGETS.memory, 'MB'),
    ]);
  }
  return table(['server', 'p50', 'p95', 'budget'], rows);
}

const sizesTable = ({ sizes }) =>
  table(
    ['file', 'size', 'compressed', 'budget'],
    sizes.map(({ name, bytes, compressed }) => [
      name,
      kilobytes(bytes),
      compressed ? kilobytes(compressed) : '',
      name === 'package' ? held(bytes, BUDGETS.package, 'bytes') : '',
    ]),
  );

const peersList = ({ peers, missing }) =>
  [
    ...peers.map(({ name, version }) => `* ${name}: ${version}`),
    ...(missing.length > 0 ? [`* not installed, and so not measured: ${missing.join(', ')}`] : []),
  ].join('\n');

/** The page. */
export function report(results) {
  const { date, virtlens, node, processors, memory, system } = results.machine;
  const loads = [results.loadBefore, results.loadAfter].map((load) => load.toFixed(1)).join(' before, ');
  return `# Benchmarks
${results.quick ? '\n**A trial run: far too few measurements to tell anything.**\n' : ''}
Written by \`npm run bench\`, which measures everything below on the machine at hand. Times differ between machines, and
ratios much less: read them first, then p50, then the rest. The documents are made by the benchmark itself.

* ${date}, VirtLens ${virtlens}
* Node.js ${node}, ${processors}, ${memory}, ${system}
* load: ${loads} after, of which the benchmark itself is about 1
${peersList(results)}

## From a keystroke to the diagnostics

A recorded run of typing is played to the server over standard input and output, half-typed words, slips and all. The
time ends when the client has diagnostics that know of the keystroke. A keystroke is superseded where they know of a
later one, too. Nothing is debounced.

${typingTable(results)}

Beside other servers, with single edits a second apart. Theirs find other things than ours; most of what a user waits
for there is a pause that they make on purpose, so as not to start an external program at every keystroke.

${editsTable(results)}

## Questions

What else the server is asked, at places all over a document that was just opened.

${requestsTable(results)}

## Analysis

In one process, without the protocol: reading, all rules, suppressions. A walk visits every object of the syntax tree
once and does nothing.

${analysisTable(results)}

The five slowest rules, over all three documents together:

${rulesTable(results)}

Many documents, one after the other, in one thread that has warmed up; xmllint validates the same files in one process, its
start included.

${throughputTable(results)}

## Growth

About ten times the input; 1.00 is in proportion to it.

${growthTable(results)}

## Command line

The start of the process is included; without a file, Node.js itself takes as long as the first line says.

${singleTable(results)}

Many files in one process, half of them scripts and half domains. Peers get up to 100 files of their language.

${manyTable(results)}

## Start, memory and size

${serverTable(results)}

${sizesTable(results)}
`;
}
