import { expect, onTestFinished, test } from 'vitest';
import type { Person } from '../app.ts';
import { onServer } from '../database.ts';
import { receiver, type Behaviour } from '../receiver.ts';
import { addWebhook, appWithWorker, deliveriesOf } from './world.ts';

const { person, database } = await appWithWorker({ retrySeconds: [1, 2] });

/** A webhook of somebody new at a receiver that behaves so, and the id of a ping to it. */
async function pinged(behave: Behaviour | string, onFinished = onTestFinished) {
  const anna = await person();
  const there = typeof behave === 'string' ? null : await receiver(behave, onFinished);
  const { id } = await addWebhook(anna, there?.url ?? (behave as string));
  const { json } = await anna.call('POST', `/webhooks/${id}/test`);
  return { anna, id, ping: json.id as string, received: there?.received ?? [], there };
}

const logOf = async (someone: Person, id: string) => (await deliveriesOf(someone, id))[0]!;

// These wait for seconds, and do it side by side.
test.concurrent(
  'one that fails is tried again on schedule with the same id, is exhausted, and can be sent again by hand',
  async ({ expect, onTestFinished }) => {
    let mended = false;
    const { anna, id, ping, received } = await pinged((_message, _request, response) => {
      response.writeHead(mended ? 200 : 500).end('no');
    }, onTestFinished);
    await expect.poll(async () => (await logOf(anna, id)).state).toBe('failed');
    const between = await logOf(anna, id);
    expect(between.attempts[0]).toEqual({
      at: expect.stringMatching(/Z$/),
      status: 500,
      duration_ms: expect.any(Number),
      error: 'answered 500',
    });
    expect(between.next_attempt_at).toMatch(/Z$/);
    await expect.poll(async () => (await logOf(anna, id)).state).toBe('exhausted');
    const { attempts, next_attempt_at: next } = await logOf(anna, id);
    expect([attempts.length, next]).toEqual([3, null]);
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([ping, ping, ping]);
    // No earlier than the schedule less a fifth; how much later is the machine's affair.
    const pauses = received.slice(1).map(({ at }, n) => at - received[n]!.at);
    expect(pauses[0]).toBeGreaterThanOrEqual(800);
    expect(pauses[1]).toBeGreaterThanOrEqual(1600);
    const stamps = received.map(({ headers }) => Number(headers['webhook-timestamp']));
    expect(stamps[2]! - stamps[0]!).toBeGreaterThanOrEqual(2);

    mended = true;
    const again = await anna.call('POST', `/webhooks/${id}/deliveries/${ping}/retry`);
    expect([again.status, again.json.id, again.json.state]).toEqual([202, ping, 'pending']);
    await expect.poll(async () => (await logOf(anna, id)).state).toBe('succeeded');
    // What has succeeded can be sent again as well.
    await anna.call('POST', `/webhooks/${id}/deliveries/${ping}/retry`);
    await expect.poll(() => received.length).toBe(5);
    for (const none of [crypto.randomUUID(), 'none']) {
      const { json } = await anna.call('POST', `/webhooks/${id}/deliveries/${none}/retry`);
      expect(json.code).toBe('delivery_not_found');
    }
  },
);

test.concurrent(
  'Retry-After counts instead of the schedule, in seconds or as a date',
  async ({ expect, onTestFinished }) => {
    const after = [() => '3', () => new Date(Date.now() + 3000).toUTCString()];
    const all = await Promise.all(
      after.map(async (value) => {
        let first = true;
        return pinged((_message, _request, response) => {
          response.writeHead(first ? 429 : 200, first ? { 'retry-after': value() } : {}).end();
          first = false;
        }, onTestFinished);
      }),
    );
    for (const { received } of all) {
      await expect.poll(() => received.length).toBe(2);
      // A date has whole seconds.
      expect(received[1]!.at - received[0]!.at).toBeGreaterThanOrEqual(1900);
    }
  },
);

test.concurrent(
  'a receiver that says nothing, or its head byte by byte, is given up after 10 s',
  async ({ expect, onTestFinished }) => {
    const dripping: Behaviour = (_message, request) => {
      const bytes = 'HTTP/1.1 204 No Content\r\n\r\n'.split('');
      const timer = setInterval(() => request.socket.write(bytes.shift() ?? ''), 1000);
      request.socket.on('close', () => clearInterval(timer)).on('error', () => undefined);
    };
    const all = await Promise.all(
      [() => undefined, dripping].map((behave) => pinged(behave, onTestFinished)),
    );
    for (const { anna, id } of all) {
      await expect.poll(async () => (await logOf(anna, id)).attempts.length).toBeGreaterThan(0);
      const [attempt] = (await logOf(anna, id)).attempts;
      expect(attempt).toMatchObject({ status: null, error: 'no answer within 10 s' });
      expect(attempt?.duration_ms).toBeGreaterThanOrEqual(9900);
    }
  },
);

test('410 switches the webhook off; nothing more is sent until it is switched on', async () => {
  const { anna, id, received } = await pinged((_message, _request, response) => {
    response.writeHead(410).end();
  });
  await expect.poll(async () => (await logOf(anna, id)).state).toBe('failed');
  expect(await logOf(anna, id)).toMatchObject({ next_attempt_at: null, attempts: [{ status: 410 }] });
  expect((await anna.call('GET', `/webhooks/${id}`)).json.active).toBe(false);
  await anna.call('POST', '/entries', { body: { mood: 5 } });
  expect(await deliveriesOf(anna, id)).toHaveLength(1);
  expect(received).toHaveLength(1);
});

test('a redirect is not followed', async () => {
  const target = await receiver();
  const { anna, id } = await pinged((_message, _request, response) => {
    response.writeHead(307, { location: target.url }).end();
  });
  await expect.poll(async () => (await logOf(anna, id)).attempts.length).toBeGreaterThan(0);
  const [attempt] = (await logOf(anna, id)).attempts;
  expect(attempt).toMatchObject({ status: 307, error: 'answered with a redirect, which is not followed' });
  expect(target.connections()).toBe(0);
});

test('of an answer without end 64 KiB are read, and it counts by its status', async () => {
  let sent = 0;
  const { anna, id } = await pinged((_message, _request, response) => {
    response.writeHead(200);
    const chunk = Buffer.alloc(16 * 1024);
    const more = () => {
      while (!response.destroyed && sent < 1e9 && response.write(chunk)) sent += chunk.length;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  await expect.poll(async () => (await logOf(anna, id)).state).toBe('succeeded');
  // What the buffers of both ends of a socket hold comes on top of what is read.
  expect(sent).toBeLessThan(32 * 1024 * 1024);
});

test.each([
  ['refuses', 'http://127.0.0.1:1/hook', 'the connection was refused'],
  ['has a name that nobody knows', 'https://nowhere.invalid/hook', 'the host name is not known'],
])('a receiver that %s is told so in the log', async (_what, url, error) => {
  const { anna, id } = await pinged(url);
  await expect.poll(async () => (await logOf(anna, id)).attempts.length).toBeGreaterThan(0);
  expect((await logOf(anna, id)).attempts[0]).toMatchObject({ status: null, error });
});

test('a secret that cannot be read, since SECRET_KEY changed, is told in the log; a rotation mends it', async () => {
  const anna = await person();
  const { url, received } = await receiver();
  const { id } = await addWebhook(anna, url);
  await onServer(`update webhooks set secret = $$\\x00$$ where id = '${id}'`, database.connection);
  await anna.call('POST', `/webhooks/${id}/test`);
  await expect.poll(async () => (await logOf(anna, id)).attempts.length).toBe(1);
  expect((await logOf(anna, id)).attempts[0]?.error).toMatch('rotate it');
  await anna.call('POST', `/webhooks/${id}/rotate`);
  await expect.poll(() => received.length).toBe(1);
});
