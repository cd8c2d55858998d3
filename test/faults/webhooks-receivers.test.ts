import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { newEntry } from '../../src/entries/members.ts';
import { createEntry } from '../../src/entries/queries.ts';
import { percentile } from './client.ts';
import { isLong, record, sized } from './form.ts';
import { receiver, type Behaviour } from '../receiver.ts';
import { addWebhook, appWithWorker, deliveriesOf } from '../webhooks/world.ts';

const { person, db } = await appWithWorker({ retrySeconds: [5, 10] });

test('many writes, half of them rolled back: what was committed is sent, once', async () => {
  const each = sized(40, 200);
  const people = await Promise.all(Array.from({ length: 10 }, () => person()));
  const { url, received } = await receiver();
  for (const someone of people) await addWebhook(someone, url);
  const committed: string[] = [];
  const write = async (userId: string, n: number) => {
    const work = db.transaction(async (sql) => {
      const row = await createEntry(sql, userId, ...newEntry({ text: `write ${n}` }));
      if (n % 2 === 0) throw new Error('rolled back');
      return row?.id ?? '';
    });
    await work.then(
      (id) => committed.push(id),
      () => undefined,
    );
  };
  for (let n = 0; n < each; n++) await Promise.all(people.map(({ id }) => write(id, n)));
  await expect.poll(() => received.length, { timeout: 60_000 }).toBe((people.length * each) / 2);
  await sleep(2000);
  const sent = received.map(({ body }) => JSON.parse(body).data.id as string);
  expect(sent.toSorted()).toEqual(committed.toSorted());
}, 180_000);

/** Every way in which a receiver can be bad, by turns. */
const bad: Behaviour[] = [
  () => undefined,
  (_message, request) => request.socket.destroy(),
  (_message, _request, response) => void response.writeHead(500).end(),
  (_message, _request, response) => void response.writeHead(429, { 'retry-after': '5' }).end(),
  (_message, _request, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  (_message, request) => {
    const timer = setInterval(() => request.socket.write('H'), 1000);
    request.socket.on('close', () => clearInterval(timer)).on('error', () => undefined);
  },
];

test('bad receivers leave the times of a healthy one alone: p95 within 2 s beside 50 of them [long form]', async () => {
  const { victims: count, writes } = sized({ victims: 12, writes: 30 }, { victims: 50, writes: 150 });
  const victims = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const someone = await person();
      const { url } = await receiver(bad[n % bad.length]);
      await addWebhook(someone, url);
      return someone;
    }),
  );
  const anna = await person();
  const { url, received } = await receiver();
  const { id } = await addWebhook(anna, url);
  const written = new Map<string, number>();
  for (let n = 0; n < writes; n++) {
    if (n % 5 === 0)
      await Promise.all(victims.map((each) => each.call('POST', '/entries', { body: { mood: 1 } })));
    const { json } = await anna.call('POST', '/entries', { body: { mood: 5 } });
    written.set(json.id, Date.now());
    await sleep(200);
  }
  await expect.poll(() => received.length, { timeout: 30_000 }).toBe(writes);
  const waits = received.map(({ body, at }) => at - (written.get(JSON.parse(body).data.id) ?? 0));
  const p95 = percentile(waits, 0.95);
  record('healthy receiver among bad ones', { bad: count, writes, p95 });
  if (isLong) expect(p95).toBeLessThanOrEqual(2000);
  expect((await deliveriesOf(anna, id)).every(({ attempts }) => attempts.length === 1)).toBe(true);
}, 300_000);
