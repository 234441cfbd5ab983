// Runs as a process of its own, see work.ts. Reads texts as JSON from standard input, and writes what each costs.
import * as fs from 'node:fs';
import { type Profiler, Session } from 'node:inspector';

const session = new Session();
session.connect();

/** A session with the own process answers before the call returns. */
function ask<T>(method: string, params = {}): T {
  let answer: T | undefined;
  session.post(method, params, (error, result) => {
    if (error) throw error;
    answer = result as T;
  });
  return answer as T;
}

/** Ranges come from the outside to the inside, in the order of the text; an inner one has a count of its own. */
function executed(ranges: readonly Profiler.CoverageRange[]): number {
  const open: Profiler.CoverageRange[] = [];
  let sum = 0;
  for (const range of ranges) {
    while (open.length > 0 && open.at(-1)!.endOffset <= range.startOffset) open.pop();
    sum += (range.endOffset - range.startOffset) * (range.count - (open.at(-1)?.count ?? 0));
    open.push(range);
  }
  return sum;
}

/** What was executed since the last call. */
const take = () => ask<Profiler.TakePreciseCoverageReturnType>('Profiler.takePreciseCoverage');

const total = ({ result }: Profiler.TakePreciseCoverageReturnType): number =>
  result
    .filter(({ url }) => url === import.meta.url)
    .flatMap(({ functions }) => functions)
    .reduce((sum, { ranges }) => sum + executed(ranges), 0);

// Before anything is loaded: only code that is compiled from now on counts what happens inside of its functions.
ask('Profiler.enable');
ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
const { analyze } = await import('../../server/src/service/analyze.ts');
const { DEFAULT_SETTINGS } = await import('../../server/src/service/settings.ts');

const texts = JSON.parse(fs.readFileSync(0, 'utf8')) as string[];
const costs = texts.map((text) => {
  const run = () => analyze({ uri: 'file:///guest', text }, DEFAULT_SETTINGS);
  run(); // what is made once, when it is first needed, is no work for the text
  take();
  run();
  return total(take());
});
process.stdout.write(JSON.stringify(costs));
