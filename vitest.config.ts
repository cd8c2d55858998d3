import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

// A run of their own, short or long: they break what others work with, and some measure. See bench/FAULTS.md.
const form = process.env['TEST_FAULTS'];
if (form !== undefined && form !== 'short' && form !== 'long')
  throw new Error('TEST_FAULTS is short or long');
// So is what builds the image and the package, as somebody who installs them would: it downloads for minutes.
const ofRelease = process.env['TEST_RELEASE'] === '1';
const apart = [...(form === undefined ? ['test/faults/**'] : []), ...(ofRelease ? [] : ['test/release/**'])];
const folder = ofRelease ? 'test/release' : form === undefined ? 'test' : 'test/faults';

export default defineConfig({
  test: {
    include: [`${folder}/**/*.test.ts`],
    exclude: [...configDefaults.exclude, ...apart],
    globalSetup: './test/global-setup.ts',
    pool: 'forks',
    // What modules keep (compiled workers, a browser, a template) is good for every file, so files of one worker share
    // them: a third of the time was importing.
    isolate: false,
    fileParallelism: form !== 'long',
    // Vitest leaves one core free, which on two cores means one file at a time; ours wait for PostgreSQL, and for time to pass.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What must come to pass is waited for, however slow the machine is.
    expect: { poll: { timeout: 30_000 } },
    watch: false,
  },
});
