import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,scenarios,corpus,server,cli,oracles}/**/*.test.ts'],
    globalSetup: ['test/setup.ts'],
    setupFiles: ['test/lib/catalogue.ts'],
    testTimeout: 120_000,
    // The oracles mostly wait for the programs they ask: on two cores, one file at a time leaves one of them idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
