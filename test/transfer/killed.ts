import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import { expect, onTestFinished } from 'vitest';
import { seeded } from '../../bench/random.ts';
import { emptyDatabase, onServer } from '../database.ts';
import { program } from '../program.ts';
import { databaseUrl, fetcher, startServer, type ChildServer } from '../security/child-server.ts';

export interface Killing {
  rows: number;
  kills: number;
  seed: number;
}

/**
 * Brings a table to a real server, kills that `kills` times while it works, at random places that follow from `seed`,
 * and starts it again each time; then compares what is there with what was brought.
 */
export async function killServers({ rows, kills, seed }: Killing): Promise<void> {
  const database = await emptyDatabase();
  const env = { DATABASE_URL: databaseUrl(database.connection, 'any'), SECRET_KEY: '0'.repeat(64) };
  const running: { server: ChildServer } = { server: await startServer(env) };
  onTestFinished(async () => {
    await running.server.kill();
    await database.drop();
  });
  const body = { email: 'killed@example.org', password: randomBytes(9).toString('base64url') };
  const { json: registered } = await fetcher(running.server.url)('POST', '/auth/register', { body });
  const call = (...args: Parameters<ReturnType<typeof fetcher>>) =>
    fetcher(running.server.url, registered.token)(...args);
  const headers = { 'content-type': 'application/octet-stream' };
  const { json: accepted } = await call('POST', '/imports', { body: table(rows), headers });
  await atRandomPlaces({ rows, kills, seed }, database.connection, async () => {
    await running.server.kill();
    running.server = await startServer(env);
  });
  const report = async () => (await call('GET', `/imports/${accepted.id}`)).json;
  await until(async () => (await report()).state === 'finished');
  await expectAll(rows, await report(), database.connection);
}

/** The same with `daymark import` in the hand of an operator, who calls it again: it waits for no worker. */
export async function killCommands(
  { rows, kills, seed }: Killing,
  { file, email, connection }: { file: string; email: string; connection: ClientConfig },
): Promise<void> {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, DATABASE_URL: databaseUrl(connection, 'any') };
  const start = () =>
    spawn(process.execPath, [...program(), 'import', file, '--user', email], { env, stdio: 'ignore' });
  const running = { command: start() };
  onTestFinished(() => void running.command.kill('SIGKILL'));
  await atRandomPlaces({ rows, kills, seed }, connection, async () => {
    running.command.kill('SIGKILL');
    const [code, signal] = (await once(running.command, 'exit')) as [number | null, string | null];
    // It was alive until then, or nothing was tried.
    expect([code, signal]).toEqual([null, 'SIGKILL']);
    running.command = start();
  });
  const [code] = (await once(running.command, 'exit')) as [number | null];
  expect(code).toBe(0);
  const [first, ...later] = await onServer<{ report: { created: number } }>(
    'select to_json(i) as report from imports i order by id',
    connection,
  );
  await expectAll(rows, first?.report, connection);
  // A command that was killed when all was done, and only its process not yet ended, began once more: for nothing.
  expect(later.map(({ report }) => report.created)).toEqual(later.map(() => 0));
}

/** A table of so many rows: every hundredth is a bad one, and every hundredth says what the one before said. */
export function table(rows: number): string {
  const lines = Array.from({ length: rows }, (_, place) => {
    const n = place - (place % 100 === 49 ? 1 : 0);
    const at = new Date(Date.UTC(2000, 0, 1) + n * 60_000).toISOString();
    return place % 100 === 99 ? `${at},eleven,bad` : `${at},${1 + (n % 10)},row ${n}`;
  });
  return `at,mood,text\n${lines.join('\n')}`;
}

async function atRandomPlaces(
  { rows, kills, seed }: Killing,
  connection: ClientConfig,
  kill: () => Promise<void>,
): Promise<void> {
  const random = seeded(seed);
  for (let n = 0; n < kills; n++) {
    const from = await progress(connection);
    const share = ((rows - from) / (kills - n + 1)) * (0.2 + 0.6 * random());
    await until(async () => (await progress(connection)) >= from + share);
    await sleep(random() * 50);
    await kill();
  }
}

async function expectAll(rows: number, report: unknown, connection: ClientConfig): Promise<void> {
  const bad = Math.floor(rows / 100);
  const numbers = { total: rows, done: rows, created: rows - bad, skipped: 0, error_count: bad };
  expect(report).toMatchObject({ state: 'finished', ...numbers });
  const { errors } = report as { errors: { row: number }[] };
  expect(new Set(errors.map(({ row }) => row)).size).toBe(Math.min(bad, 1000));
  const [found] = await onServer<{ entries: number; different: number }>(
    'select count(*)::integer as entries, count(distinct (at, text))::integer as different from entries',
    connection,
  );
  expect(found).toEqual({ entries: rows - bad, different: rows - 2 * bad });
}

async function progress(connection: ClientConfig): Promise<number> {
  const [row] = await onServer<{ done: number }>('select done from imports', connection);
  return row?.done ?? 0;
}

/** Dead workers are noticed within 20 s; ten times that is none. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 200_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('it does not go on');
    await sleep(10);
  }
}
