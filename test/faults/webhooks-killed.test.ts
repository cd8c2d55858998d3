import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { loopback } from '../webhooks/world.ts';
import { testApp } from '../app.ts';
import { receiver } from '../receiver.ts';
import { databaseUrl, spawnWork, type Program } from '../security/child-server.ts';
import { isLong, record, sized } from './form.ts';

const secretKey = Buffer.alloc(32, 7);
const { person, database } = await testApp({ targets: loopback, secretKey });

async function startWork(): Promise<Program> {
  const worker = spawnWork({
    DATABASE_URL: databaseUrl(database.connection, 'any'),
    SECRET_KEY: secretKey.toString('hex'),
    WEBHOOK_ALLOW_NETS: '127.0.0.0/8',
  });
  onTestFinished(() => worker.kill());
  await expect.poll(() => worker.written(), { timeout: 20_000 }).toContain('runs background jobs');
  return worker;
}

test('what a killed worker had in hand goes out again within a minute [long form], under the same id', async () => {
  const anna = await person();
  let holds = true;
  const { url, received } = await receiver((_message, _request, response) => {
    if (!holds) response.writeHead(204).end();
  });
  const body = { url, events: ['entry.created'] };
  await anna.call('POST', '/webhooks', { body });
  const first = await startWork();
  await anna.call('POST', '/entries', { body: { mood: 5 } });
  await expect.poll(() => received.length, { timeout: 10_000 }).toBe(1);
  await first.kill();
  const killed = Date.now();
  holds = false;
  await startWork();
  await expect.poll(() => received.length, { timeout: 90_000 }).toBe(2);
  const ms = received[1]!.at - killed;
  record('webhook of a killed worker', { ms });
  if (isLong) expect(ms).toBeLessThanOrEqual(60_000);
  expect(received[1]?.headers['webhook-id']).toBe(received[0]?.headers['webhook-id']);
  expect(received[1]?.body).toBe(received[0]?.body);
}, 120_000);

test('a worker killed again and again during many events delivers them all, few of them twice', async () => {
  const { rounds, kills } = sized({ rounds: 80, kills: 6 }, { rounds: 400, kills: 30 });
  const people = await Promise.all(Array.from({ length: 5 }, () => person()));
  const { url, received } = await receiver();
  for (const someone of people)
    await someone.call('POST', '/webhooks', { body: { url, events: ['entry.created'] } });
  const ids: string[] = [];
  const writing = (async () => {
    for (let n = 0; n < rounds; n++) {
      const made = await Promise.all(
        people.map((each) => each.call('POST', '/entries', { body: { mood: 5 } })),
      );
      ids.push(...made.map(({ json }) => json.id as string));
      await sleep(150);
    }
  })();
  for (let n = 0; n < kills; n++) {
    const worker = await startWork();
    await sleep(1000 * Math.random());
    await worker.kill();
  }
  await writing;
  await startWork();
  const arrived = () => new Set(received.map(({ body }) => JSON.parse(body).data.id as string));
  await expect.poll(() => arrived().size, { timeout: 120_000, interval: 500 }).toBe(ids.length);
  expect(arrived()).toEqual(new Set(ids));
  const duplicates = received.length - ids.length;
  record('webhook worker killed', { events: ids.length, kills, duplicates });
  // A worker has at most 20 of one receiver in hand, and of several few at the same time.
  expect(duplicates).toBeLessThanOrEqual(kills * 20);
}, 400_000);
