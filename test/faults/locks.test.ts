import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { residentMiB } from '../../bench/proc.ts';
import type { Cluster } from '../installed-postgres.ts';
import { sender, tally, type Answer } from './client.ts';
import { isLong, record, sized } from './form.ts';
import { signUp, startNode } from './node.ts';
import { ask, ownPostgres } from './postgres.ts';

const env = { DB_POOL_SIZE: '5', REQUEST_TIMEOUT: '4', STATEMENT_TIMEOUT: '3' };

test('three times the pool waits on a lock', { timeout: 120_000 }, async () => {
  const { node, postgres, ask: askFor, lock } = await stage();
  const release = await lock();
  const asked = Array.from({ length: 15 }, () => askFor());
  const health: Answer[] = [];
  for (let n = 0; n < 20; n++) {
    health.push(await node.call('GET', '//livez'), await node.call('GET', '//readyz'));
    await sleep(50);
  }
  const answers = await Promise.all(asked);
  await release();
  const free = Date.now();
  await expect.poll(async () => (await askFor()).status, { timeout: 20_000, interval: 20 }).toBe(200);
  const normal = Date.now() - free;
  await nothingLeft(postgres);
  const slowest = Math.max(...health.map(({ ms }) => ms));
  record('pool exhausted', { ...tally(answers), 'health at most, ms': slowest, 'normal after, ms': normal });
  expect(tally(health)).toEqual({ 200: 40 });
  expectTimeouts(answers, 4000);
  if (isLong) expect([slowest <= 100, normal <= 2000]).toEqual([true, true]);
});

test('a table is locked for a while', { timeout: 120_000 }, async () => {
  const { node, postgres, ask: askFor, lock } = await stage();
  for (let n = 0; n < 50; n++) await askFor();
  const before = residentMiB(node.process().pid);
  const release = await lock();
  const answers: Answer[] = [];
  const end = Date.now() + sized(8000, 30_000);
  const client = async () => {
    while (Date.now() < end) answers.push(await askFor());
  };
  await Promise.all(Array.from({ length: 20 }, client));
  const grown = residentMiB(node.process().pid) - before;
  await release();
  await expect.poll(async () => (await askFor()).status, { timeout: 20_000, interval: 20 }).toBe(200);
  await nothingLeft(postgres);
  const longest = Math.max(...answers.map(({ ms }) => ms));
  record('table locked', { ...tally(answers), 'longest, ms': longest, 'memory, MiB': grown });
  expectTimeouts(answers, 4000);
  expect(grown).toBeLessThan(50);
});

async function stage() {
  const postgres = await ownPostgres();
  const node = await startNode(postgres.connection, env);
  const { token } = await signUp(node.call);
  const send = sender(node.url, { token });
  onTestFinished(() => send.close());
  return { node, postgres, ask: () => send('GET', '/entries'), lock: () => lockEntries(postgres) };
}

/** Nobody can read or write entries until the answered function is called. */
async function lockEntries({ connection }: Cluster): Promise<() => Promise<void>> {
  const client = new Client({ ...connection, application_name: 'locker' });
  await client.connect();
  await client.query('begin; lock table entries in access exclusive mode');
  return async () => {
    await client.query('rollback');
    await client.end();
  };
}

/** A second is what a machine with other things to do may be late. */
function expectTimeouts(answers: readonly Answer[], withinMs: number): void {
  const told = answers.map(({ status, member, headers }) =>
    [status, member('code'), headers['retry-after']].join(),
  );
  expect([...new Set(told)]).toEqual(['503,timeout,1']);
  const longest = Math.max(...answers.map(({ ms }) => ms));
  expect(longest).toBeLessThan(withinMs + sized(4000, 1000));
}

/** No transaction is left open, and no statement goes on for somebody who is gone. */
async function nothingLeft(postgres: Cluster): Promise<void> {
  const busy = `select state, query from pg_stat_activity where application_name = 'daymark' and state <> 'idle'`;
  await expect.poll(() => ask(postgres, busy), { timeout: 10_000, interval: 50 }).toEqual([]);
}
