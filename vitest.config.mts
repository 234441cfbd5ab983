import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The oracles take longest by far: begun last, they would keep one core waiting for minutes. */
class OraclesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isOracle = ({ moduleId }: TestSpecification): boolean => moduleId.includes('/test/oracles/');
    return [...sorted.filter(isOracle), ...sorted.filter((file) => !isOracle(file))];
  }
}


export default defineConfig({
  test: {
    include: ['test/{unit,scenarios,corpus,server,cli,oracles}/**/*.test.ts'],
    globalSetup: ['test/setup.ts'],
    setupFiles: ['test/lib/catalogue.ts'],
    sequence: { sequencer: OraclesFirst },
    testTimeout: 120_000,
    // The oracles mostly wait for the programs they ask: on two cores, one file at a time leaves one of them idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
