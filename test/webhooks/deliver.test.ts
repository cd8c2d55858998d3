import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { onServer } from '../database.ts';
import { receiver, type Received } from '../receiver.ts';
import { addWebhook, allEvents, appWithWorker, deliveriesOf } from './world.ts';

const { person, database } = await appWithWorker();

const typeOf = ({ body }: Received) => (JSON.parse(body) as { type: string }).type;
const dataOf = ({ body }: Received) => (JSON.parse(body) as { data: Record<string, unknown> }).data;

test('every change is sent, signed, with the entry as it then was', async () => {
  const anna = await person();
  const { url, received } = await receiver();
  const { id: webhook, secret } = await addWebhook(anna, url);
  const { json: made } = await anna.call('POST', '/entries', {
    body: { text: '“ü\u2028” 日本 🏃', mood: 7 },
  });
  const { json: changed } = await anna.call('PATCH', `/entries/${made.id}`, { body: { mood: 8 } });
  await anna.call('DELETE', `/entries/${made.id}`);
  const { json: restored } = await anna.call('POST', `/entries/${made.id}/restore`);
  const own = crypto.randomUUID();
  await anna.call('PUT', `/entries/${own}`, { body: { mood: 3 } });
  await anna.call('PUT', `/entries/${own}`, { body: { mood: 4 } });
  // Writes that change nothing send nothing.
  await anna.call('POST', `/entries/${made.id}/restore`);
  await anna.call('PATCH', `/entries/${made.id}`, { body: { mood: 1 }, headers: { 'if-match': '"1"' } });
  await anna.call('PUT', `/entries/${own}`, { body: { mood: 5 }, headers: { 'if-none-match': '*' } });
  await expect.poll(() => received.length).toBe(6);

  const sent = received.toSorted((a, b) => (a.headers['webhook-id']! < b.headers['webhook-id']! ? -1 : 1));
  expect(sent.map(typeOf)).toEqual([
    'entry.created',
    'entry.updated',
    'entry.deleted',
    'entry.restored',
    'entry.created',
    'entry.updated',
  ]);
  expect(dataOf(sent[0]!)).toEqual(made);
  expect(dataOf(sent[1]!)).toEqual(changed);
  expect(dataOf(sent[2]!)).toEqual({ ...changed, version: 3, updated_at: expect.any(String) });
  expect(dataOf(sent[3]!)).toEqual(restored);
  for (const { body, headers } of sent) new Webhook(secret).verify(body, headers);
  expect(sent[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    'user-agent': 'Daymark-Webhooks',
  });
  expect(JSON.parse(sent[0]!.body).timestamp).toMatch(/^\d{4}-.*\.\d{3}Z$/);
  await expect
    .poll(async () => (await deliveriesOf(anna, webhook)).map(({ state }) => state))
    .toEqual(Array(6).fill('succeeded'));
  const log = await deliveriesOf(anna, webhook);
  expect(log.map(({ id }) => id)).toEqual(sent.map(({ headers }) => headers['webhook-id']).reverse());
  expect(log[0]).toMatchObject({ next_attempt_at: null, attempts: [{ status: 204, error: null }] });
});

test('only what was asked for is sent, only while the webhook is switched on, and nothing of anybody else', async () => {
  const [anna, ben] = [await person(), await person()];
  const { url, received } = await receiver();
  const { id } = await addWebhook(anna, url, ['entry.deleted']);
  const { id: off } = await addWebhook(anna, `${url}/off`);
  await anna.call('PATCH', `/webhooks/${off}`, { body: { active: false } });
  const { json: entry } = await anna.call('POST', '/entries', { body: { mood: 5 } });
  await anna.call('DELETE', `/entries/${entry.id}`);
  const { json: bens } = await ben.call('POST', '/entries', { body: { mood: 5 } });
  await ben.call('DELETE', `/entries/${bens.id}`);
  await anna.call('POST', `/webhooks/${id}/test`);
  await expect.poll(() => received.map(typeOf).toSorted()).toEqual(['entry.deleted', 'ping']);
  expect(received.map(dataOf)).toContainEqual(expect.objectContaining({ id: entry.id }));
  expect(await deliveriesOf(anna, off)).toEqual([]);
  expect((await anna.call('POST', `/webhooks/${off}/test`)).json.code).toBe('webhook_inactive');
});

test('200 deliveries verify by the published library on their raw bytes, during a rotation by both secrets', async () => {
  const anna = await person();
  const { url, received } = await receiver();
  const { id, secret: old } = await addWebhook(anna, url);
  const rotated = await anna.call('POST', `/webhooks/${id}/rotate`);
  expect([rotated.status, rotated.headers['cache-control']]).toEqual([200, 'no-store']);
  const { secret } = rotated.json;
  expect(secret).not.toBe(old);
  for (let n = 0; n < 4; n++) {
    const write = (_: unknown, m: number) =>
      anna.call('POST', '/entries', {
        body: { text: `${n} ${m} \u00e9\ud83d\ude00"\\`, measures: { n: n / 7 } },
      });
    await Promise.all(Array.from({ length: 50 }, write));
  }
  await expect.poll(() => received.length).toBe(200);
  for (const { body, headers } of received) {
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const each of [old, secret]) new Webhook(each).verify(body, headers);
  }
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(200);

  await onServer(`update webhooks set old_secret_until = now() where id = '${id}'`, database.connection);
  await anna.call('POST', `/webhooks/${id}/test`);
  await expect.poll(() => received.length).toBe(201);
  const { body, headers } = received.at(-1)!;
  new Webhook(secret).verify(body, headers);
  expect(() => new Webhook(old).verify(body, headers)).toThrow();
});

test('a ping is of no entry, and its id is that of the log', async () => {
  const anna = await person();
  const { url, received } = await receiver();
  const { id } = await addWebhook(anna, url, allEvents);
  const { status, json } = await anna.call('POST', `/webhooks/${id}/test`);
  expect(status).toBe(202);
  await expect.poll(() => received.map(typeOf)).toEqual(['ping']);
  expect(dataOf(received[0]!)).toEqual({ webhook_id: id });
  expect(received[0]?.headers['webhook-id']).toBe(json.id);
});

test('the log goes page by page, newest first, with cursors that fit no other list', async () => {
  const anna = await person();
  const { url } = await receiver();
  const { id } = await addWebhook(anna, url);
  const { id: other } = await addWebhook(anna, url);
  const pings: string[] = [];
  for (let n = 0; n < 5; n++) pings.push((await anna.call('POST', `/webhooks/${id}/test`)).json.id);
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { json } = await anna.call(
      'GET',
      `/webhooks/${id}/deliveries?limit=2${cursor && `&cursor=${cursor}`}`,
    );
    seen.push(...json.deliveries.map((each: { id: string }) => each.id));
    cursor = json.next_cursor as string | null;
    if (cursor === null) continue;
    const wrong = await anna.call('GET', `/webhooks/${other}/deliveries?cursor=${cursor}`);
    expect(wrong.json.code).toBe('invalid_cursor');
  }
  expect(seen).toEqual(pings.toReversed());
});
