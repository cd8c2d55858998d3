import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Cluster } from '../installed-postgres.ts';
import { sender } from './client.ts';
import { isLong, sized } from './form.ts';
import { ask } from './postgres.ts';
import { expectOnly503, scene } from './scene.ts';

const poolSize = 10;

test(
  'ten connections of the server are ended every second',
  { timeout: sized(120_000, 300_000) },
  async () => {
    const { node, people, postgres, writers, finish } = await scene('backends terminated', {
      env: { DB_POOL_SIZE: String(poolSize) },
    });
    let ended = 0;
    for (let second = 0; second < sized(5, 60); second++) {
      ended += await endTen(postgres);
      await sleep(1000);
    }
    const start = Date.now();
    const read = sender(node.url, people[0]);
    const opened = async () => {
      // Three of them are shared, and open again with the first page and the first row that somebody reads.
      for (const path of ['/entries', '/categories']) await read('GET', path);
      return connections(postgres);
    };
    await expect.poll(opened, { timeout: 20_000, interval: 50 }).toBe(poolSize);
    read.close();
    const full = Date.now() - start;
    await node.ready();
    const longest = Math.max(...writers.attempts.map(({ ms }) => ms));
    await finish({ 'connections ended': ended, 'pool full after, ms': full, 'longest, ms': longest });
    expectOnly503(writers.attempts, ['database_unavailable', 'timeout', 'overloaded']);
    expect(longest).toBeLessThan(10_000);
    expect(ended).toBeGreaterThan(sized(20, 300));
    if (isLong) expect(full).toBeLessThanOrEqual(2000);
  },
);

async function endTen(postgres: Cluster): Promise<number> {
  const rows = await ask(
    postgres,
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'daymark'
     order by random() limit 10`,
  );
  return rows.length;
}

async function connections(postgres: Cluster): Promise<number> {
  const text = `select count(*)::integer as n from pg_stat_activity where application_name = 'daymark'`;
  return (await ask<{ n: number }>(postgres, text))[0]?.n ?? 0;
}
