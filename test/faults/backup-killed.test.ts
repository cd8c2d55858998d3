import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { testApp } from '../app.ts';
import { contentOf, folder } from '../backup/installation.ts';
import { daymarkProcess } from '../cli/run.ts';
import { emptyDatabase, onServer } from '../database.ts';
import { program } from '../program.ts';
import { databaseUrl } from '../security/child-server.ts';

const { person, database } = await testApp();
const source = database.connection;
const envOf = (connection: ClientConfig) => ({
  DATABASE_URL: databaseUrl(connection, 'any'),
  SECRET_KEY: '7'.repeat(64),
});

const someone = await person();
// Enough that a restore is seen at work.
await onServer(
  `insert into entries (user_id, text, mood, at, time_zone, local_day, search)
   select user_id, 'row ' || n, 5, timestamptz '2020-01-01 12:00Z' + n * interval '1 minute', 'UTC',
          local_day(timestamptz '2020-01-01 12:00Z' + n * interval '1 minute', 'UTC', 0),
          owner_word(user_id) || array_to_tsvector(array['row', n::text])
   from journals, generate_series(1, 30000) n where user_id = '${someone.id}'`,
  source,
);

test('a backup that is killed halfway leaves no file that passes for whole', async () => {
  const directory = folder();
  const file = join(directory, 'daymark.zip');
  const blocker = new Client(source);
  await blocker.connect();
  onTestFinished(() => blocker.end());
  // The last table but few: most of the backup is written when it is waited for.
  await blocker.query('begin; lock table webhooks in access exclusive mode');
  const command = start(['backup', file], source);
  await stopsAt(source, `wait_event_type = 'Lock' and query like '%webhooks%'`);
  await killed(command);
  expect(readdirSync(directory)).toEqual(['daymark.zip.partial']);
  expect(statSync(`${file}.partial`).size).toBeGreaterThan(100_000);
  await blocker.query('rollback');

  const target = await emptyDatabase();
  onTestFinished(() => target.drop());
  const copy = join(directory, 'copy.zip');
  copyFileSync(`${file}.partial`, copy);
  for (const name of [`${file}.partial`, copy]) {
    const refused = await daymarkProcess(['restore', name], envOf(target.connection));
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/no backup of Daymark|damaged/),
    ]);
  }
  expect(await tables(target.connection)).toEqual([]);

  expect((await daymarkProcess(['backup', file], envOf(source))).code).toBe(0);
  expect(existsSync(`${file}.partial`)).toBe(false);
  expect((await daymarkProcess(['restore', file, '--check'])).code).toBe(0);
}, 120_000);

test('a restore that is killed halfway leaves an empty database empty, and a full one as it was', async () => {
  const file = join(folder(), 'daymark.zip');
  expect((await daymarkProcess(['backup', file], envOf(source))).code).toBe(0);
  const target = await emptyDatabase();
  onTestFinished(() => target.drop());
  const { connection } = target;

  const first = start(['restore', file], connection);
  await stopsAt(connection, `query ~* '^(copy "?entries|create index)'`);
  await killed(first);
  await nobodyAt(connection);
  expect(await tables(connection)).toEqual([]);

  expect((await daymarkProcess(['restore', file], envOf(connection))).code).toBe(0);
  const restored = await contentOf(connection);
  expect(restored.rows).toEqual((await contentOf(source)).rows);
  const second = start(['restore', file, '--force', '--yes'], connection);
  await stopsAt(connection, `query ~* '^(copy "?entries|create index)'`);
  await killed(second);
  await nobodyAt(connection);
  expect(await contentOf(connection)).toEqual(restored);
}, 120_000);

function start(args: string[], connection: ClientConfig): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, ...envOf(connection) };
  const command = spawn(process.execPath, [...program(), ...args], { env, stdio: 'ignore', cwd: folder() });
  onTestFinished(() => void command.kill('SIGKILL'));
  return command;
}

/** Kills a command, which must have been alive until then. */
async function killed(command: ChildProcess): Promise<void> {
  command.kill('SIGKILL');
  const [code, signal] = command.exitCode === null ? ((await once(command, 'exit')) as unknown[]) : [0, null];
  expect([code, signal]).toEqual([null, 'SIGKILL']);
}

const ofBackup = `datname = current_database() and application_name = 'daymark-backup'`;

/** Waits until a backup or restore is at a statement. */
async function stopsAt(connection: ClientConfig, condition: string): Promise<void> {
  const look = () =>
    onServer(
      `select from pg_stat_activity where ${ofBackup} and state = 'active' and ${condition}`,
      connection,
    );
  await expect.poll(async () => (await look()).length, { timeout: 60_000, interval: 5 }).toBe(1);
}

/** PostgreSQL notices that its client is gone when it next looks. */
async function nobodyAt(connection: ClientConfig): Promise<void> {
  const look = () => onServer(`select from pg_stat_activity where ${ofBackup}`, connection);
  await expect.poll(async () => (await look()).length, { timeout: 60_000, interval: 20 }).toBe(0);
}

function tables(connection: ClientConfig) {
  return onServer(
    `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
     and relname <> 'schema_migrations'`,
    connection,
  );
}
