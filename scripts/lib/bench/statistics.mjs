// Times are in milliseconds. On a shared machine the middle and the tail are told apart: p50 is what it takes, max is noise.

/** { p50, p95, min, max } of some measurements, of which there is at least one. */
export function summarize(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5), p95: at(0.95), min: sorted[0], max: sorted.at(-1) };
}

/** Runs some work `rounds` times, after `warmUp` times that do not count, and summarizes the wall time of each. */
export function time(work, { rounds, warmUp = 0 }) {
  for (let i = 0; i < warmUp; i++) work();
  return summarize(
    Array.from({ length: rounds }, () => {
      const start = performance.now();
      work();
      return performance.now() - start;
    }),
  );
}

/** As time(), for work that returns how long it took, after waiting for it. */
export async function timeEach(work, rounds) {
  const values = [];
  for (let i = 0; i < rounds; i++) values.push(await work(i));
  return summarize(values);
}

/** The CPU time that some work takes, of which garbage collection in other threads is part. */
export function cpuTime(work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
