import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { seeded } from '../../bench/random.ts';
import { emptyDatabase, onServer } from '../database.ts';
import { databaseUrl, fetcher, startServer, type ChildServer } from '../security/child-server.ts';

/**
 * Brings a table of `rows` rows to a real server, kills that `kills` times while it works, at random places that
 * follow from `seed`, and starts it again each time; then compares what is there with what was brought.
 */
export async function killDuringImport({ rows, kills, seed }: { rows: number; kills: number; seed: number }) {
  console.log(`seed ${seed}`);
  const random = seeded(seed);
  const database = await emptyDatabase();
  const env = { DATABASE_URL: databaseUrl(database.connection, 'any'), SECRET_KEY: '0'.repeat(64) };
  const running: { server: ChildServer } = { server: await startServer(env) };
  onTestFinished(async () => {
    process.kill(running.server.pid, 'SIGKILL');
    await database.drop();
  });

  const body = { email: 'killed@example.org', password: randomBytes(9).toString('base64url') };
  const { json: registered } = await fetcher(running.server.url)('POST', '/auth/register', { body });
  const call = (...args: Parameters<ReturnType<typeof fetcher>>) =>
    fetcher(running.server.url, registered.token)(...args);
  const lines = Array.from({ length: rows }, (_, place) => {
    // Every hundredth is a bad row, and every hundredth says what the one before said.
    const n = place - (place % 100 === 49 ? 1 : 0);
    const at = new Date(Date.UTC(2000, 0, 1) + n * 60_000).toISOString();
    return place % 100 === 99 ? `${at},eleven,bad` : `${at},${1 + (n % 10)},row ${n}`;
  });
  const headers = { 'content-type': 'application/octet-stream' };
  const { json: accepted } = await call('POST', '/imports', {
    body: `at,mood,text\n${lines.join('\n')}`,
    headers,
  });

  for (let kill = 0; kill < kills; kill++) {
    const from = await progress(database.connection);
    const share = ((rows - from) / (kills - kill + 1)) * (0.5 + random());
    await until(async () => (await progress(database.connection)) >= from + share);
    await sleep(random() * 50);
    process.kill(running.server.pid, 'SIGKILL');
    running.server = await startServer(env);
  }
  await until(async () => (await call('GET', `/imports/${accepted.id}`)).json.state === 'finished');
  const { json: report } = await call('GET', `/imports/${accepted.id}`);
  const bad = Math.floor(rows / 100);
  expect(report).toMatchObject({
    total: rows,
    done: rows,
    created: rows - bad,
    skipped: 0,
    error_count: bad,
  });
  expect(new Set(report.errors.map(({ row }: { row: number }) => row)).size).toBe(Math.min(bad, 1000));
  const [found] = await onServer<{ entries: number; different: number }>(
    'select count(*)::integer as entries, count(distinct (at, text))::integer as different from entries',
    database.connection,
  );
  expect(found).toEqual({ entries: rows - bad, different: rows - 2 * bad });
}

async function progress(connection: Parameters<typeof onServer>[1]): Promise<number> {
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
