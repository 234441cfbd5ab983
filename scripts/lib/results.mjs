// What the suites report, and how it is told. A result is
//   { suite, name, state: 'passed' | 'failed' | 'skipped', ms?, message? }
import { stripVTControlCharacters } from 'node:util';

const label = ({ suite, name }) => `${suite}: ${name}`;
const indent = (text) => stripVTControlCharacters(text).replace(/^/gm, '    ');
const count = (results, state) => results.filter((result) => result.state === state).length;

/** Prints one line for a test that has just ended; returns its result. */
export function announce(result) {
  const { name, state, ms } = result;
  const mark = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' }[state];
  console.log(`  ${mark} ${name}${ms === undefined ? '' : ` (${Math.round(ms)} ms)`}`);
  return result;
}

/** `N passed, N failed, N skipped` */
const totals = (results) =>
  `${count(results, 'passed')} passed, ${count(results, 'failed')} failed, ${count(results, 'skipped')} skipped`;

/** A failed result for every suite of `suites` that ran nothing: silence must not pass for success. */
export function missingSuites(results, suites) {
  const seen = new Set(results.map((result) => result.suite));
  return suites
    .filter((suite) => !seen.has(suite))
    .map((suite) => ({ suite, name: 'runs at least one test', state: 'failed', message: 'no test ran' }));
}

/** Prints a line per suite, the skipped and the failed tests by name, and at last, alone, the totals. Returns the exit code. */
export function printSummary(results) {
  const of = (state) => results.filter((result) => result.state === state);
  console.log('\nSuites');
  for (const suite of new Set(results.map((result) => result.suite))) {
    console.log(`  ${suite}: ${totals(results.filter((result) => result.suite === suite))}`);
  }
  if (of('skipped').length > 0) console.log('\nSkipped');
  for (const result of of('skipped')) {
    console.log(`  ${label(result)}${result.message ? `\n${indent(result.message)}` : ''}`);
  }
  if (of('failed').length > 0) console.log('\nFailed');
  for (const result of of('failed'))
    console.log(`  ${label(result)}\n${indent(result.message ?? 'no message')}`);
  console.log(`\n${totals(results)}`);
  return of('failed').length > 0 ? 1 : 0;
}
