import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

// What a browser has to load, held by CI: kilobytes of JavaScript, packed by gzip, of 1000 bytes.
const limits = { today: 60, all: 150 };

const folder = mkdtempSync(join(tmpdir(), 'daymark-size-'));
try {
  const args = ['--config', 'web/vite.config.ts', '--configLoader', 'runner', '--logLevel', 'error'];
  execFileSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', ...args], {
    env: { ...process.env, WEB_OUT: folder, NODE_ENV: 'production' },
    stdio: 'inherit',
  });
  const all = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.js'));
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const first = all.filter((name) => page.includes(name));
  check('Today', first, limits.today);
  check('the whole app', all, limits.all);
} finally {
  rmSync(folder, { recursive: true });
}

function check(what: string, names: string[], limit: number): void {
  const bytes = names.reduce(
    (sum, name) => sum + gzipSync(readFileSync(join(folder, 'assets', name))).length,
    0,
  );
  console.log(
    `${what}: ${(bytes / 1000).toFixed(1)} kB of JavaScript in ${names.length} files; at most ${limit}`,
  );
  if (names.length === 0) throw new Error('the page names no script: how is it built?');
  if (bytes > limit * 1000) process.exitCode = 1;
}
