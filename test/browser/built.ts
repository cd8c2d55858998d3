import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { inject } from 'vitest';

let building: Promise<string> | undefined;

/** Builds the web app from its sources, once per run, and gives its folder; gone when the run ends. */
export function buildWebApp(): Promise<string> {
  return (building ??= buildOnce(inject('webApp')));
}

/** The test process that comes first makes the folder and builds; the others wait for what that one says at its end. */
async function buildOnce(folder: string): Promise<string> {
  const [built, failed] = [`${folder}.built`, `${folder}.failed`];
  try {
    mkdirSync(folder);
  } catch {
    while (!existsSync(built) && !existsSync(failed)) await sleep(50);
    if (existsSync(failed)) throw new Error('the web app could not be built: another test file says why');
    return folder;
  }
  try {
    await build(folder);
    writeFileSync(built, '');
    return folder;
  } catch (error) {
    writeFileSync(failed, '');
    throw error;
  }
}

async function build(folder: string): Promise<void> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const args = ['build', '--config', 'web/vite.config.ts', '--configLoader', 'runner', '--logLevel', 'error'];
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), ...args], {
    cwd: root,
    env: { ...process.env, WEB_OUT: folder, NODE_ENV: 'production' },
  });
}
