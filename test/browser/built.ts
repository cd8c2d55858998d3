import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { oncePerRun } from '../once-per-run.ts';

let building: Promise<string> | undefined;

/** Builds the web app from its sources, once per run, and gives its folder; gone when the run ends. */
export function buildWebApp(): Promise<string> {
  return (building ??= oncePerRun(inject('webApp'), build));
}

async function build(folder: string): Promise<void> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const args = ['build', '--config', 'web/vite.config.ts', '--configLoader', 'runner', '--logLevel', 'error'];
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), ...args], {
    cwd: root,
    env: { ...process.env, WEB_OUT: folder, NODE_ENV: 'production' },
  });
}
