import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { clocks, connections, durability, postgresVersion } from '../../src/doctor/server.ts';
import { migrationsApplied } from '../../src/doctor/schema.ts';
import { diskSpace, worstRoom } from '../../src/doctor/disk.ts';
import { cloneDatabase } from '../database.ts';
import { daymark, daymarkProcess } from '../cli/run.ts';
import { databaseUrl } from '../security/child-server.ts';
import type { Finding } from '../../src/doctor/finding.ts';

const database = await cloneDatabase();
afterAll(() => database.drop());
const url = databaseUrl(database.connection, 'any');

/** Runs the doctor and gives its findings by name. */
async function doctor(env: Record<string, string> = {}) {
  const { code, stdout } = await daymark(['doctor', '--json'], { DATABASE_URL: url, ...env });
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return { code, byName: Object.fromEntries(findings.map((each) => [each.name, each])) };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'daymark-doctor-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('looks at everything, as text with what to mend and as JSON; the server of the tests does not sync', async () => {
  const { code, byName } = await doctor();
  expect(Object.keys(byName)).toEqual([
    ...[
      'configuration',
      'database',
      'postgresql',
      'durability',
      'clocks',
      'connections',
      'migrations',
      'replica',
      'redis',
    ],
    ...['disk space', 'file permissions', 'backups', 'registration', 'public address'],
  ]);
  expect(byName['migrations']).toMatchObject({ state: 'ok', mend: null });
  expect(code).toBe(byName['durability']?.state === 'problem' ? 1 : 0);
  const { stdout } = await daymarkProcess(['doctor'], { DATABASE_URL: url });
  expect(stdout).toMatch(/^! warning {2}backups .+\n +→ set BACKUP_DIR/m);
  expect(stdout).not.toContain('\u001b');
});

test('a database that is away is 69, a configuration that is wrong 78, and no secret is told', async () => {
  const away = await doctor({ DATABASE_URL: 'postgres://u:canary@127.0.0.1:1/x' });
  expect([away.code, away.byName['database']?.state]).toEqual([69, 'problem']);
  const wrong = await doctor({ PORT: 'x', SECRET_KEY: 'canary' });
  expect([wrong.code, wrong.byName['configuration']?.state]).toEqual([78, 'problem']);
  expect(JSON.stringify([away, wrong])).not.toContain('canary');
});

test('an embedded database that does not start says why, with the exit code of a start', async () => {
  const dataDir = folder();
  mkdirSync(join(dataDir, 'postgres'), { mode: 0o700 });
  writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '16\n');
  const { code, byName } = await doctor({ DATABASE_URL: '', DATA_DIR: dataDir });
  expect([code, byName['database']]).toMatchObject([
    78,
    { state: 'problem', finding: expect.stringMatching(/^DATA_DIR: .+ was made by PostgreSQL 16/) },
  ]);
  expect(byName['database']?.mend).not.toContain('host, port');
});

test.each<[string, Record<string, string>, string, string]>([
  ['open on every address', { HOST: '0.0.0.0' }, 'registration', 'warning'],
  ['closed there', { HOST: '0.0.0.0', REGISTRATION: 'closed' }, 'registration', 'ok'],
  ['a proxy without PUBLIC_URL', { TRUSTED_PROXIES: '127.0.0.1' }, 'public address', 'warning'],
  ['no TLS', { PUBLIC_URL: 'http://diary.example.org' }, 'public address', 'warning'],
  ['TLS without its proxy', { PUBLIC_URL: 'https://diary.example.org' }, 'public address', 'warning'],
  ['both', { PUBLIC_URL: 'https://diary.example.org', TRUSTED_PROXIES: '127.0.0.1' }, 'public address', 'ok'],
  ['a Redis that is away', { REDIS_URL: 'redis://127.0.0.1:1' }, 'redis', 'warning'],
  ['a pool larger than the server', { DB_POOL_SIZE: '1000' }, 'connections', 'problem'],
])('%s', async (_what, env, name, state) => {
  expect((await doctor(env)).byName[name]?.state).toBe(state);
});

test('a key that others can read, and a backup that is old', async () => {
  const [dataDir, backupDir] = [folder(), folder()];
  writeFileSync(join(dataDir, 'secret.key'), '0'.repeat(64), { mode: 0o600 });
  const name = join(backupDir, 'daymark-20260101T021500Z.zip');
  writeFileSync(name, '');
  const env = { DATA_DIR: dataDir, BACKUP_DIR: backupDir };
  const good = (await doctor(env)).byName;
  expect([good['file permissions']?.state, good['backups']?.state]).toEqual(['ok', 'ok']);
  chmodSync(join(dataDir, 'secret.key'), 0o644);
  utimesSync(name, new Date('2026-01-01'), new Date('2026-01-01'));
  const bad = (await doctor(env)).byName;
  expect([bad['file permissions'], bad['backups']]).toMatchObject([
    { state: 'problem', mend: expect.stringContaining('chmod go-rwx') },
    { state: 'problem', finding: expect.stringContaining('days old') },
  ]);
});

test('what cannot be looked at is a finding, with its mend, and not the end of the others', async () => {
  const dataDir = folder();
  symlinkSync(join(dataDir, 'secret.key'), join(dataDir, 'secret.key'));
  const backupDir = join(dataDir, 'file');
  writeFileSync(backupDir, '', { mode: 0o600 });
  const { byName } = await doctor({ DATA_DIR: dataDir, BACKUP_DIR: backupDir });
  expect([byName['file permissions'], byName['backups'], byName['registration']]).toMatchObject([
    { state: 'warning', finding: expect.stringContaining('secret.key'), mend: expect.any(String) },
    { state: 'problem', finding: expect.stringContaining('ENOTDIR'), mend: expect.any(String) },
    { state: 'ok' },
  ]);
});

const state = {
  version: '17.2',
  number: 170_002,
  encoding: 'UTF8',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  max_connections: 100,
  reserved: 3,
  now_ms: 1_000_000,
};

function disk(directory: string, freeGib: number, allGib: number) {
  return { directory, free: freeGib * 1024 ** 3, all: allGib * 1024 ** 3 };
}

test.each<[string, Finding, Finding['state']]>([
  ['PostgreSQL 14', postgresVersion({ ...state, number: 140_009 }), 'problem'],
  ['LATIN1', postgresVersion({ ...state, encoding: 'LATIN1' }), 'problem'],
  ['PostgreSQL 19', postgresVersion({ ...state, number: 190_000 }), 'warning'],
  ['a safe server', durability(state), 'ok'],
  ['a server that answers before it writes', durability({ ...state, synchronous_commit: 'off' }), 'problem'],
  ['a standby that is asked for more', durability({ ...state, synchronous_commit: 'remote_apply' }), 'ok'],
  ['clocks half a second apart', clocks(state, 1_000_500, 0), 'ok'],
  ['an answer that took long', clocks(state, 1_005_000, 4500), 'ok'],
  ['clocks 5 s apart', clocks(state, 1_005_000, 10), 'warning'],
  ['clocks a minute apart', clocks(state, 940_000, 10), 'problem'],
  ['connections that just fit', connections(state, 90), 'ok'],
  ['one connection too many', connections(state, 91), 'problem'],
  [
    'migrations of tomorrow',
    migrationsApplied([{ version: 1, name: 'x', applied_at: 'then', state: 'unknown' }]),
    'problem',
  ],
  [
    'migrations to come',
    migrationsApplied([{ version: 1, name: 'x', applied_at: null, state: 'pending' }]),
    'warning',
  ],
  ['no directory of its own', diskSpace([]), 'ok'],
  ['room on every disk', worstRoom([disk('a', 2, 10), disk('b', 400, 4000)]), 'ok'],
  [
    'a large disk nearly full beside a small one',
    worstRoom([disk('a', 2, 10), disk('b', 100, 4000)]),
    'warning',
  ],
  ['a disk that is full', worstRoom([disk('a', 100, 4000), disk('b', 0.1, 10)]), 'problem'],
])('%s', (_what, finding, expected) => {
  expect(finding.state).toBe(expected);
  expect(finding.mend === null).toBe(expected === 'ok');
});
