import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { sender, tally, type Answer } from './client.ts';
import { record, sized } from './form.ts';
import { hasHaproxy, haproxy } from './haproxy.ts';
import { freePort } from '../free-port.ts';
import { makeNode, signUp } from './node.ts';
import { ask, ownPostgres } from './postgres.ts';
import { hasRedis, testRedis } from '../redis.ts';

const rounds = sized(1, 10);
const perSecond = sized(50, 200);

/** Where there is no Redis each node limits by itself, which `hasRedis` says. */
async function redisUrl(): Promise<string> {
  if (!hasRedis()) return '';
  const redis = await testRedis(await freePort());
  onTestFinished(() => redis.stop());
  return redis.url;
}

test.skipIf(!hasHaproxy())('two nodes behind HAProxy, restarted in turn', { timeout: 600_000 }, async () => {
  const postgres = await ownPostgres();
  const env = {
    SHUTDOWN_DELAY: '2',
    SECRET_KEY: randomBytes(32).toString('hex'),
    TRUSTED_PROXIES: '127.0.0.1',
    REDIS_URL: await redisUrl(),
  };
  const nodes = [await makeNode(postgres.connection, env), await makeNode(postgres.connection, env)];
  for (const node of nodes) {
    node.launch();
    await node.ready();
    const redis = async () => (await node.call('GET', '//readyz')).member('redis');
    await expect.poll(redis).toBe(env.REDIS_URL === '' ? 'off' : 'up');
  }
  const { url, seesAll } = await haproxy(nodes.map(({ port }) => port));
  const allWell = () => expect.poll(seesAll, { timeout: 60_000, interval: 100 }).toBe(true);
  await allWell();
  const door = sender(url);
  onTestFinished(() => door.close());
  const { token } = await signUp(door);
  const traffic = startTraffic(url, token);
  await sleep(1000);
  const exits: (number | null)[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const node of nodes) {
      exits.push(await node.stop());
      node.launch();
      await node.ready();
      await allWell();
    }
  }
  const answers = await traffic.stop();
  record('rolling restart', { restarts: exits.length, ...tally(answers) });
  const [row] = await ask<{ rows: number; texts: number }>(
    postgres,
    'select count(*)::integer as rows, count(distinct text)::integer as texts from entries',
  );
  const written = tally(answers)['201'];
  expect(exits).toEqual(exits.map(() => 0));
  expect(Object.keys(tally(answers)).sort()).toEqual(['200', '201']);
  expect(row).toEqual({ rows: written, texts: written });
});

/** So many requests a second whatever becomes of them, half of them writes; nothing is sent twice. */
function startTraffic(url: string, token: string) {
  const send = sender(url, { token });
  onTestFinished(() => send.close());
  const sent: Promise<Answer>[] = [];
  const start = performance.now();
  const timer = setInterval(() => {
    while (sent.length < ((performance.now() - start) / 1000) * perSecond) {
      const body = { text: `write ${sent.length}` };
      sent.push(sent.length % 2 === 0 ? send('GET', '/entries') : send('POST', '/entries', { body }));
    }
  }, 5);
  return {
    stop: () => {
      clearInterval(timer);
      return Promise.all(sent);
    },
  };
}
