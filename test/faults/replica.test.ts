import { expect, onTestFinished, test } from 'vitest';
import { daymarkProcess } from '../cli/run.ts';
import { sender, type Send } from './client.ts';
import { signUp, startNode, type Node } from './node.ts';
import { ask, ownPostgres } from './postgres.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import type { Cluster } from '../installed-postgres.ts';
import { databaseUrl } from '../security/child-server.ts';

const patience = { timeout: 60_000, interval: 100 };

/** A primary, a real streaming replica of it, and a server that knows both; somebody who writes. */
async function pair() {
  const primary = await ownPostgres();
  const replica = await primary.replica();
  await replica.start();
  onTestFinished(async () => {
    await replica.stop();
    replica.remove();
  });
  const env = { DATABASE_REPLICA_URL: databaseUrl(replica.connection, 'any') };
  const node = await startNode(primary.connection, env);
  const { token, id } = await signUp(node.call);
  const call = sender(node.url, { token });
  onTestFinished(() => call.close());
  return { primary, replica, node, call, id, env };
}

/** Writes one more day and reads the report of it at once: how many entries it knows. */
async function writeAndCount(call: Send, day: string): Promise<unknown> {
  const { status } = await call('POST', '/entries', { body: { mood: 5, at: `${day}T12:00:00Z` } });
  expect(status).toBe(201);
  return entriesIn(call);
}

async function entriesIn(call: Send): Promise<unknown> {
  const { status, member } = await call('GET', '/insights/summary?from=2026-01-01&to=2026-12-31');
  expect(status).toBe(200);
  return (member('rule') as { entries: number }).entries;
}

/** How many reports each of the two has read so far, by why. */
async function reads({ call }: Node): Promise<Record<string, number>> {
  const { text } = await call('GET', '//metrics');
  const lines = text.matchAll(/^daymark_replica_reads_total\{outcome="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, outcome, n]) => [outcome, Number(n)]));
}

/** Until the replica has replayed what this person wrote. */
async function caughtUp(primary: Cluster, replica: Cluster, id: string): Promise<void> {
  const revision = async (cluster: Cluster) =>
    ask(cluster, 'select revision from journals where user_id = $1', [id]);
  const wanted = await revision(primary);
  await expect.poll(() => revision(replica), patience).toEqual(wanted);
}

/** Reads reports, each another one, until one of them has come from where `outcome` says. */
async function untilReadFrom(node: Node, call: Send, outcome: string): Promise<void> {
  const before = (await reads(node))[outcome] ?? 0;
  let year = 1950;
  const more = async () => {
    expect((await call('GET', `/insights/calendar?year=${year++}`)).status).toBe(200);
    return ((await reads(node))[outcome] ?? 0) - before;
  };
  await expect.poll(more, patience).toBeGreaterThan(0);
}

test(
  'reports come from the replica where it shows the last write, else from the primary',
  { timeout: 180_000 },
  async () => {
    const { primary, replica, node, call, id } = await pair();
    expect(await writeAndCount(call, '2026-01-01')).toBe(1);
    await caughtUp(primary, replica, id);
    await untilReadFrom(node, call, 'replica');

    await ask(replica, 'select pg_wal_replay_pause()');
    await expect
      .poll(() => ask(replica, 'select pg_get_wal_replay_pause_state() as state'), patience)
      .toEqual([{ state: 'paused' }]);
    const before = await reads(node);
    expect(await writeAndCount(call, '2026-01-02')).toBe(2);
    expect(await writeAndCount(call, '2026-01-03')).toBe(3);
    expect(await reads(node)).toEqual({ ...before, behind: (before['behind'] ?? 0) + 2 });

    await ask(replica, 'select pg_wal_replay_resume()');
    await caughtUp(primary, replica, id);
    await untilReadFrom(node, call, 'replica');

    await replica.kill();
    expect(await writeAndCount(call, '2026-01-04')).toBe(4);
    await untilReadFrom(node, call, 'away');
    await expect
      .poll(() => node.process().written(), patience)
      .toContain('the replica cannot be reached; the primary reads in its place');

    await replica.start();
    expect(await writeAndCount(call, '2026-01-05')).toBe(5);
    await caughtUp(primary, replica, id);
    await untilReadFrom(node, call, 'replica');
    expect(await node.stop()).toBe(0);
  },
);

test('a replica that hangs holds nobody up, and ends nobody', { timeout: 180_000 }, async () => {
  const { primary, replica, node, call, id } = await pair();
  expect(await writeAndCount(call, '2026-01-01')).toBe(1);
  await caughtUp(primary, replica, id);
  await untilReadFrom(node, call, 'replica');
  const [{ pids } = { pids: [] }] = await ask<{ pids: number[] }>(
    replica,
    `select array_agg(pid) as pids from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  );
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  onTestFinished(() => {
    for (const pid of pids) if (isThere(pid)) process.kill(pid, 'SIGCONT');
  });
  await untilReadFrom(node, call, 'away');
  expect(await writeAndCount(call, '2026-01-02')).toBe(2);
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  await caughtUp(primary, replica, id);
  await untilReadFrom(node, call, 'replica');
});

test('the doctor looks at the replica', { timeout: 180_000 }, async () => {
  const { primary, replica, env } = await pair();
  const url = databaseUrl(primary.connection, 'any');
  const finding = async (replicaUrl: string) => {
    const settings = { DATABASE_URL: url, DATABASE_REPLICA_URL: replicaUrl };
    const { stdout } = await daymarkProcess(['doctor', '--json'], settings);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    return findings.find(({ name }) => name === 'replica');
  };
  const caught = async () => (await finding(env.DATABASE_REPLICA_URL))?.state;
  await expect.poll(caught, patience).toBe('ok');
  expect(await finding(url)).toMatchObject({
    state: 'problem',
    finding: expect.stringContaining('takes writes'),
  });
  await ask(replica, 'select pg_wal_replay_pause()');
  await ask(
    primary,
    `create table filler as select repeat('x', 1000) as text from generate_series(1, 30000)`,
  );
  expect(await finding(env.DATABASE_REPLICA_URL)).toMatchObject({
    state: 'warning',
    finding: expect.stringMatching(/^it is \d+ MiB behind/),
  });
  await replica.kill();
  expect(await finding(env.DATABASE_REPLICA_URL)).toMatchObject({
    state: 'warning',
    finding: expect.stringContaining('does not answer'),
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
