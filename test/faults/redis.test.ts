import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { hasRedis, testRedis } from '../redis.ts';
import { percentile, sender, tally, type Answer } from './client.ts';
import { isLong, record, sized } from './form.ts';
import { freePort } from '../free-port.ts';
import { signUp, startNode } from './node.ts';
import { ownPostgres } from './postgres.ts';

test.skipIf(!hasRedis())('Redis never there, killed, hung and emptied', { timeout: 180_000 }, async () => {
  const postgres = await ownPostgres();
  const port = await freePort();
  const node = await startNode(postgres.connection, { REDIS_URL: `redis://127.0.0.1:${port}` });
  const { token } = await signUp(node.call);
  const state = async () => (await node.call('GET', '//readyz')).member('redis');
  const becomes = (what: string) => expect.poll(state, { timeout: 30_000, interval: 50 }).toBe(what);
  const traffic = startReaders(node.url, token);

  expect(await state()).toBe('down');
  const p99: Record<string, number> = { 'never there': await traffic.p99() };
  const redis = await testRedis(port);
  onTestFinished(() => redis.stop());
  await becomes('up');
  p99['there'] = await traffic.p99();
  execFileSync('redis-cli', ['-p', String(port), 'FLUSHALL']);
  p99['emptied'] = await traffic.p99();
  await redis.signal('SIGSTOP');
  await becomes('down');
  p99['hung'] = await traffic.p99();
  await redis.signal('SIGCONT');
  await becomes('up');
  await redis.signal('SIGKILL');
  await becomes('down');
  p99['killed'] = await traffic.p99();
  await redis.start();
  await becomes('up');

  const answers = await traffic.stop();
  record('Redis', { ...tally(answers), 'p99 in ms': p99 });
  expect(Object.keys(tally(answers))).toEqual(['200']);
  const { there = 0, ...away } = p99;
  if (isLong) for (const each of Object.values(away)) expect(each - there).toBeLessThanOrEqual(50);
});

/** Four who read again and again. */
function startReaders(url: string, token: string) {
  const send = sender(url, { token });
  onTestFinished(() => send.close());
  const answers: Answer[] = [];
  const running = { on: true };
  const reader = async () => {
    while (running.on) {
      answers.push(await send('GET', '/entries'));
      await sleep(10);
    }
  };
  const readers = Promise.all(Array.from({ length: 4 }, reader));
  return {
    /** Of the answers that come from two seconds on, for a while. */
    p99: async () => {
      await sleep(2000);
      const from = answers.length;
      await sleep(sized(1000, 5000));
      const times = answers.slice(from).map(({ ms }) => ms);
      return percentile(times, 0.99);
    },
    stop: async () => {
      running.on = false;
      await readers;
      return answers;
    },
  };
}
