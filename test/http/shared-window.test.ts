import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import type { Health } from '../../src/http/health.ts';
import { sharedWindow } from '../../src/http/shared-window.ts';
import { caller, testApp } from '../app.ts';
import { hasRedis, testRedis, type TestRedis } from '../redis.ts';

const { deps, person } = await testApp();
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

/** A node of its own over the same database and the Redis at `url`. */
async function node(url: string, requests: number, windowSeconds = 60) {
  const rateLimit = { requests, windowSeconds };
  const health: Health = { phase: 'ready', database: 'up', redis: 'down' };
  let downs = 0;
  const limiter = sharedWindow(rateLimit, url, (redis) => {
    health.redis = redis;
    if (redis === 'down') downs++;
  });
  closing.push(() => limiter.close());
  const app = await buildApp({ ...deps, health, rateLimit, limiter });
  const redis = async () => (await caller(app)('GET', '//readyz')).json as { redis: string; status: string };
  return { app, redis, downs: () => downs };
}

type Node = Awaited<ReturnType<typeof node>>;

/** Asks all nodes several times as often as they may be asked, as somebody new; tells when what passed did. */
async function flood(nodes: Node[], ms: number) {
  const { token } = await person();
  const calls = nodes.map(({ app }) => caller(app, token));
  const downs = () => nodes.reduce((sum, each) => sum + each.downs(), 0);
  const before = downs();
  const passed: number[] = [];
  const end = performance.now() + ms;
  while (performance.now() < end) {
    const answers = await Promise.all(calls.map((call) => call('GET', '/me')));
    const now = performance.now();
    for (const { status } of answers) if (status === 200) passed.push(now);
    await sleep(5);
  }
  return { passed, stayedUp: downs() === before };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let n = 0; !(await condition()); n++) {
    if (n > 1000) throw new Error('it never came to that');
    await sleep(20);
  }
}

test('a Redis that was never there refuses nobody', async () => {
  const { app, redis } = await node('/nowhere/redis', 5);
  const anna = await person();
  const call = caller(app, anna.token);
  const statuses = await Promise.all(
    Array.from({ length: 8 }, async () => (await call('GET', '/me')).status),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(5);
  expect(statuses.filter((status) => status === 429)).toHaveLength(3);
  expect(await redis()).toEqual({ status: 'ok', database: 'up', redis: 'down' });
});

describe.skipIf(!hasRedis())('over a real Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await testRedis();
    closing.push(() => redis.stop());
  });
  const up = async (each: { redis: () => Promise<{ redis: string }> }) => (await each.redis()).redis === 'up';

  test('two nodes together let through what one would, also across the edge of a window', async () => {
    const windowSeconds = 1;
    const nodes = [await node(redis.url, 100, windowSeconds), await node(redis.url, 100, windowSeconds)];
    const allUp = async () => (await Promise.all(nodes.map(up))).every(Boolean);
    // A machine that stands still for a moment looks like a Redis that is away: then the premise is gone.
    for (let attempt = 1; ; attempt++) {
      await until(allUp);
      const { passed, stayedUp } = await flood(nodes, 2500);
      if (!stayedUp && attempt < 5) continue;
      // More than one window's: the edge was crossed.
      expect(passed.length).toBeGreaterThan(150);
      for (const start of passed) {
        const inWindow = passed.filter((time) => time >= start && time < start + windowSeconds * 1000);
        expect(inWindow.length).toBeLessThanOrEqual(105);
      }
      return;
    }
  });

  test('hung, killed, emptied and back: no request fails, each node counts alone meanwhile', async () => {
    const one = await node(redis.url, 1000);
    await until(() => up(one));
    const anna = await person();
    const call = caller(one.app, anna.token);
    const served = async () => expect((await call('GET', '/me')).status).toBe(200);

    await redis.signal('SIGSTOP');
    await served();
    await until(async () => !(await up(one)));
    for (let n = 0; n < 20; n++) await served();
    await redis.signal('SIGCONT');
    await until(() => up(one));
    await served();

    await redis.signal('SIGKILL');
    await until(async () => !(await up(one)));
    expect((await one.redis()).status).toBe('ok');
    for (let n = 0; n < 20; n++) await served();
    await redis.start();
    await until(() => up(one));
    await served();
  });
});
