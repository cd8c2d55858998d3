import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Opens the thread's program. Compiled, it is loaded as it is; from source (tests, development) tsx has to be set up in
 * the thread itself, since Node loads the first file of a thread before its `--import`.
 */
export function openWorker(stopped: Int32Array): Worker {
  const options = { workerData: stopped, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 256 } };
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./worker.js', import.meta.url), options);
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx'));
  const register = new URL('./esm/api/index.mjs', tsx).href;
  const program = new URL('./worker.ts', import.meta.url).href;
  const code = `import('${register}').then(({ register }) => { register(); return import('${program}'); })`;
  return new Worker(code, { ...options, eval: true });
}
