import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

// Minutes long and needing root in parts: only on demand (TEST_FAULTS=1).
const faults = 'test/faults/**';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: process.env['TEST_FAULTS'] ? configDefaults.exclude : [...configDefaults.exclude, faults],
    globalSetup: './test/global-setup.ts',
    pool: 'forks',
    // Nothing here keeps state in modules, so files of one worker share them: a third of the time was importing.
    isolate: false,
    fileParallelism: true,
    // Vitest leaves one core free, which on two cores means one file at a time; ours mostly wait for PostgreSQL.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    watch: false,
  },
});
