import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,scenarios,corpus,server,cli,oracles}/**/*.test.ts'],
    globalSetup: ['test/setup.ts'],
    setupFiles: ['test/lib/catalogue.ts'],
    testTimeout: 120_000,
  },
});
