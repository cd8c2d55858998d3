import { constants } from 'node:os';
import { ensureInstalled } from './install.js';

// Vitest runs in this process, so that signals reach it and its exit code is ours.
await ensureInstalled('vitest/vitest.mjs');
// It does not listen to these, and without an exit event nothing could end the PostgreSQL of the run.
for (const signal of ['SIGTERM', 'SIGHUP']) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
}
// The other loaders write next to the configuration, which fails for a user who may only read the checkout.
process.argv.splice(2, 0, 'run', '--configLoader=runner');
await import('../node_modules/vitest/vitest.mjs');
