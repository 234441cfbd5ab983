import { constants, PerformanceObserver } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { collectYoung, TidyUp } from '../../server/src/lsp/tidyUp.ts';

describe('tidying up', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('comes once after a reading, and not in the middle of anything', () => {
    const collect = vi.fn();
    const tidyUp = new TidyUp(collect);
    tidyUp.after();
    tidyUp.after();
    expect(collect).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(collect).toHaveBeenCalledOnce();
  });

  it('makes way for who types', () => {
    const collect = vi.fn();
    const tidyUp = new TidyUp(collect);
    tidyUp.after();
    tidyUp.stop();
    vi.runAllTimers();
    expect(collect).not.toHaveBeenCalled();
  });
});

it('what is cleared away is what was made lately', async () => {
  const kinds = await new Promise<unknown[]>((resolve) => {
    const observer = new PerformanceObserver((list) => {
      observer.disconnect();
      resolve(list.getEntries().map(({ detail }) => (detail as { kind: unknown }).kind));
    });
    observer.observe({ entryTypes: ['gc'] });
    collectYoung();
  });
  expect(kinds).toContain(constants.NODE_PERFORMANCE_GC_MINOR);
});
