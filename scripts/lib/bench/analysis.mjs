// The analysis by itself, in this process: no protocol, no files.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { scratchFolder } from '../cleanup.mjs';
import { root } from '../project.mjs';
import { cpuTime, summarize, time } from './statistics.mjs';

/** Bundles the service as it is shipped, with the parts that are measured one by one. Returns its exports. */
export async function loadService() {
  const outfile = path.join(scratchFolder(), 'service.mjs');
  await build({
    stdin: {
      contents: `export { readDocument } from './dialects/read.ts';
                 export { rules } from './generated/rules.ts';
                 export { analyze } from './service/analyze.ts';
                 export { runRules } from './service/runRules.ts';
                 export { DEFAULT_SETTINGS } from './service/settings.ts';
                 export { parseShell } from './syntax/shell/parse.ts';`,
      resolveDir: path.join(root, 'server', 'src'),
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    outfile,
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}

const sourceOf = ({ language, text }) => ({
  uri: `file:///bench/document.${language}`,
  text,
  dialect: language === 'xml' ? 'libvirt' : 'qemu',
});

/** Visits every object of a syntax tree once: as much as anything must do that looks at all of a document. */
function walk(tree) {
  const seen = new Set();
  const waiting = [tree];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const value of Object.values(node)) {
      if (typeof value === 'object' && value !== null) waiting.push(value);
    }
  }
  return seen.size;
}

/**
 * How long analysing a document takes that was never seen before, of which reading it is part, beside a walk through
 * its syntax tree. What is remembered about guests that stay the same belongs to one choice of settings.
 */
export function analysisTime(service, document, rounds) {
  const { analyze, readDocument, parseShell, DEFAULT_SETTINGS } = service;
  const source = sourceOf(document);
  const tree = document.language === 'xml' ? readDocument(source).tree : parseShell(document.text);
  const often = { rounds, warmUp: rounds };
  return {
    findings: analyze(source, DEFAULT_SETTINGS).findings.length,
    whole: time(() => analyze(source, { ...DEFAULT_SETTINGS }), often),
    reading: time(() => readDocument(source), often),
    walk: time(() => walk(tree), often),
  };
}

/**
 * How many documents a second one thread analyses that has been at it for a while, as that of a server has. The settings are
 * the same for all, and so is what is remembered.
 * @param documents { name, text }
 */
export function throughput({ analyze, DEFAULT_SETTINGS }, documents, rounds) {
  const pass = () => {
    for (const { name, text } of documents) analyze({ uri: `file:///bench/${name}`, text }, DEFAULT_SETTINGS);
  };
  const { p50 } = time(pass, { rounds, warmUp: rounds });
  return { count: documents.length, perSecond: (documents.length / p50) * 1000 };
}

/** The rules with the time that each takes for all of the documents together, the slowest first. */
export function ruleTimes(service, documents, rounds) {
  const { readDocument, runRules, rules, DEFAULT_SETTINGS } = service;
  const read = documents.map((document) => readDocument(sourceOf(document)));
  const times = rules.map((rule) => ({
    rule: rule.name,
    ...time(() => read.map((document) => runRules(document, [rule], { ...DEFAULT_SETTINGS })), {
      rounds,
      warmUp: Math.ceil(rounds / 4),
    }),
  }));
  return times.sort((a, b) => b.p50 - a.p50);
}

/**
 * How the CPU time grows with the input: the growth of the time by that of the input, so that 1 means in proportion. Both are
 * measured right after one another, round by round, and the middle of the rounds counts: a shared machine is at times twice as
 * fast as at others, and the best moments of the two need not be the same.
 */
export function growth(service, { what, small, large }, rounds) {
  const { analyze, DEFAULT_SETTINGS } = service;
  const run = (text, times) => () => {
    for (let i = 0; i < times; i++) analyze({ uri: 'file:///bench/growing', text }, { ...DEFAULT_SETTINGS });
  };
  const measured = [];
  for (let round = 0; round <= rounds; round++) {
    const [before, after] = [cpuTime(run(small, 20)) / 20, cpuTime(run(large, 2)) / 2];
    if (round > 0) measured.push({ before, after }); // in the first the compiler is still at work
  }
  const middle = (of) => summarize(measured.map(of)).p50;
  return {
    what,
    small: middle(({ before }) => before),
    large: middle(({ after }) => after),
    input: large.length / small.length,
    time: middle(({ before, after }) => after / before),
  };
}
