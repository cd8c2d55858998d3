import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { root } from '../deploy/files.ts';
import { nobody } from '../nobody.ts';
import { freePort } from '../free-port.ts';
import { fetcher } from '../security/child-server.ts';
import { packageVersion } from '../../src/version.ts';

const isRoot = process.getuid?.() === 0;
// With a space, as home directories have.
const folder = mkdtempSync(join(tmpdir(), 'daymark package '));
const installed = join(folder, 'installed');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  chmodSync(folder, 0o755);
  mkdirSync(installed);
  writeFileSync(join(installed, 'package.json'), '{"private": true}');
  const npm = (args: string[], cwd: string | URL) =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  npm(['pack', '--silent', '--pack-destination', folder], root);
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  npm(['install', '--no-audit', '--no-fund', '--silent', join(folder, tarball)], installed);
}, 900_000);

test('it holds what runs, and nothing else', () => {
  const inside = readdirSync(join(installed, 'node_modules/daymark')).sort();
  const files = ['LICENSE', 'README.md', 'assets', 'bin', 'dist', 'migrations', 'package.json'];
  expect(inside.filter((name) => name !== 'node_modules')).toEqual(files);
  const all = readdirSync(join(installed, 'node_modules/daymark'), { recursive: true, encoding: 'utf8' });
  expect(all.filter((path) => /^(bin|dist)\/.*(\.ts|\.map|\.built)$/.test(path))).toEqual([]);
});

test('npx daymark says its version', () => {
  const said = execFileSync('npx', ['daymark', '--version'], { cwd: installed, encoding: 'utf8' });
  expect(said).toBe(`${packageVersion()}\n`);
});

test('npx daymark serve brings its PostgreSQL and takes a first entry', async () => {
  await expectFirstEntry(installed, {});
});

test.skipIf(!isRoot)('the same as an ordinary user', async () => {
  const own = join(folder, "an ordinary user's");
  execFileSync('cp', ['-a', installed, own]);
  rmSync(join(own, 'data'), { recursive: true, force: true });
  execFileSync('chown', ['-R', `${nobody().uid}:${nobody().gid}`, own]);
  await expectFirstEntry(own, nobody());
});

async function expectFirstEntry(cwd: string, user: { uid?: number; gid?: number }): Promise<void> {
  const port = await freePort();
  const { PATH } = process.env;
  const env = {
    PATH,
    HOME: cwd,
    PORT: String(port),
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
  };
  // A group of its own, which gets the signal as from a terminal.
  const server = spawn('npx', ['daymark', 'serve'], { cwd, env, ...user, detached: true, stdio: 'ignore' });
  const ended = once(server, 'exit');
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-(server.pid as number), name);
    } catch {
      // It has ended.
    }
  };
  onTestFinished(() => signal('SIGKILL'));
  const call = fetcher(`http://127.0.0.1:${port}`);
  const ready = () => call('GET', '//readyz').then(({ status }) => status, String);
  await expect.poll(ready, { timeout: 120_000 }).toBe(200);
  const page = await call('GET', '//', { headers: { accept: 'text/html' } });
  expect([page.status, page.text.includes('<script')]).toEqual([200, true]);
  const body = { email: 'anna@example.org', password: 'a long sentence of hers' };
  const { token } = (await call('POST', '/auth/register', { body })).json as { token: string };
  const entry = await fetcher(`http://127.0.0.1:${port}`, token)('POST', '/entries', { body: { mood: 7 } });
  expect(entry.status).toBe(201);
  signal('SIGINT');
  await ended;
  await expect.poll(() => readdirSync(join(cwd, 'data/postgres'))).not.toContain('postmaster.pid');
}
