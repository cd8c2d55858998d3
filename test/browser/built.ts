import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

let building: Promise<string> | undefined;

/** Builds the web app from its sources, once per test process, and gives its folder; gone when the process ends. */
export function buildWebApp(): Promise<string> {
  return (building ??= build());
}

async function build(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'daymark-web-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const args = ['build', '--config', 'web/vite.config.ts', '--configLoader', 'runner', '--logLevel', 'error'];
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), ...args], {
    cwd: root,
    env: { ...process.env, WEB_OUT: folder, NODE_ENV: 'production' },
  });
  return folder;
}
