import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WarmUp } from '../../server/src/lsp/warmUp.ts';

describe('the warm-up of the server', () => {
  const settled = vi.fn();
  beforeEach(() => void vi.useFakeTimers());
  beforeEach(() => void settled.mockClear());
  afterEach(() => void vi.useRealTimers());

  it('reads again while nobody types, and has an end', () => {
    const again = vi.fn();
    new WarmUp(settled).after(again);
    expect(again).not.toHaveBeenCalled();
    vi.runAllTimers();
    const { length } = again.mock.calls;
    expect(length).toBeGreaterThan(3);
    vi.advanceTimersByTime(60_000);
    expect(again).toHaveBeenCalledTimes(length);
  });

  it('makes way for who types, and goes on afterwards with what is new', () => {
    const warmUp = new WarmUp(settled);
    const [before, after] = [vi.fn(), vi.fn()];
    warmUp.after(before);
    warmUp.stop();
    vi.runAllTimers();
    expect(before).not.toHaveBeenCalled();
    warmUp.after(after);
    vi.runAllTimers();
    expect(before).not.toHaveBeenCalled();
    expect(after).toHaveBeenCalled();
  });

  it('waits for who asks something, and then goes on', () => {
    const again = vi.fn();
    const warmUp = new WarmUp(settled);
    warmUp.after(again);
    vi.advanceTimersByTime(200);
    warmUp.postpone();
    vi.advanceTimersByTime(200);
    expect(again).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(again).toHaveBeenCalled();
    again.mockClear();
    warmUp.postpone();
    vi.runAllTimers();
    expect(again).not.toHaveBeenCalled();
  });

  /** When a reading of ours began, in milliseconds after the keystroke before it. */
  const begunAfter = (gap: number): number[] => {
    const begun: number[] = [];
    let key = 0;
    const again = () => void begun.push(performance.now() - key);
    const warmUp = new WarmUp(settled);
    for (let i = 0; i < 5; i++) {
      key = performance.now();
      warmUp.stop();
      warmUp.after(again);
      vi.advanceTimersByTime(gap);
    }
    return begun;
  };

  it('leaves who types fast alone', () => expect(begunAfter(40)).toEqual([]));

  it('uses the pauses of who types slowly, but neither their beginning nor their end', () => {
    const begun = begunAfter(150);
    expect(begun.length).toBeGreaterThan(3);
    expect(Math.min(...begun)).toBeGreaterThan(20);
    expect(Math.max(...begun)).toBeLessThan(130);
  });

  it('counts the readings that were asked for', () => {
    const again = vi.fn();
    const warmUp = new WarmUp(settled);
    for (let i = 0; i < 300; i++) warmUp.after(again);
    vi.runAllTimers();
    expect(again).not.toHaveBeenCalled();
  });

  it('tells once, in an idle moment, that nothing is left to do', () => {
    const warmUp = new WarmUp(settled);
    for (let i = 0; i < 150; i++) warmUp.after(() => {});
    expect(settled).not.toHaveBeenCalled();
    vi.runAllTimers();
    warmUp.after(() => {});
    vi.runAllTimers();
    expect(settled).toHaveBeenCalledOnce();
  });

  it('tells nothing between two keystrokes', () => {
    const warmUp = new WarmUp(settled);
    for (let i = 0; i < 150; i++) {
      warmUp.after(() => {});
      vi.advanceTimersByTime(150);
    }
    expect(settled).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(settled).toHaveBeenCalledOnce();
  });

  it('spends little on a document that takes long', () => {
    const again = vi.fn(() => void vi.advanceTimersByTime(1_000));
    new WarmUp(settled).after(again);
    vi.runAllTimers();
    expect(again).toHaveBeenCalledTimes(3);
  });
});
