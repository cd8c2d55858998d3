import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

// A run of their own, short or long: they break what others work with, and some measure. See bench/FAULTS.md.
const form = process.env['TEST_FAULTS'];
if (form !== undefined && form !== 'short' && form !== 'long')
  throw new Error('TEST_FAULTS is short or long');

export default defineConfig({
  test: {
    include: form === undefined ? ['test/**/*.test.ts'] : ['test/faults/**/*.test.ts'],
    exclude: form === undefined ? [...configDefaults.exclude, 'test/faults/**'] : configDefaults.exclude,
    globalSetup: './test/global-setup.ts',
    pool: 'forks',
    // Nothing here keeps state in modules, so files of one worker share them: a third of the time was importing.
    isolate: false,
    fileParallelism: form !== 'long',
    // Vitest leaves one core free, which on two cores means one file at a time; ours mostly wait for PostgreSQL.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What must come to pass is waited for, however slow the machine is.
    expect: { poll: { timeout: 30_000 } },
    watch: false,
  },
});
