import { expect, test } from 'vitest';
import { operatorWakeWaiting } from '../../src/webhooks/delivery-queries.ts';
import { onServer } from '../database.ts';
import { receiver } from '../receiver.ts';
import { addWebhook, appWithWorker, deliveriesOf } from './world.ts';

const { person, database, db } = await appWithWorker({ retrySeconds: [60] });

const stateOf = async (id: string) => {
  const [row] = await onServer<{ failures: number; is_open: boolean; most_in_hand: number }>(
    `select failures, coalesce(open_until > now(), false) as is_open, most_in_hand from webhooks where id = '${id}'`,
    database.connection,
  );
  return row!;
};

test('a receiver that fails three times in a row is spared; one success, or its owner, lets all go out', async () => {
  const anna = await person();
  let isDown = true;
  const { url, received } = await receiver((_message, _request, response) => {
    response.writeHead(isDown ? 503 : 204).end();
  });
  const { id } = await addWebhook(anna, url);
  for (let n = 1; n <= 3; n++) {
    await anna.call('POST', `/webhooks/${id}/test`);
    await expect.poll(() => stateOf(id)).toMatchObject({ failures: n, is_open: n === 3 });
  }
  for (let n = 0; n < 5; n++) await anna.call('POST', `/webhooks/${id}/test`);
  const waiting = (await deliveriesOf(anna, id)).filter(({ attempts }) => attempts.length === 0);
  expect(waiting).toHaveLength(5);
  expect(waiting.map(({ state }) => state)).toEqual(Array(5).fill('pending'));

  isDown = false;
  // As after ten minutes, or when the next attempt of one of the first three is due.
  await anna.call('PATCH', `/webhooks/${id}`, { body: {} });
  await expect.poll(() => received.length).toBe(8);
  await expect.poll(async () => (await stateOf(id)).failures).toBe(0);
  expect((await stateOf(id)).most_in_hand).toBeGreaterThan(4);
});

test('receivers that never answer do not hold up one that does', async () => {
  const anna = await person();
  const silent = await receiver(() => undefined);
  const dead = await Promise.all(Array.from({ length: 30 }, () => addWebhook(anna, silent.url)));
  for (const { id } of dead) await anna.call('POST', `/webhooks/${id}/test`);
  await expect.poll(() => silent.received.length).toBe(30);
  const ben = await person();
  const healthy = await receiver();
  await addWebhook(ben, healthy.url);
  for (let n = 0; n < 20; n++) await ben.call('POST', '/entries', { body: { mood: 5 } });
  await expect.poll(() => healthy.received.length).toBe(20);
  // All that while the thirty were in hand: none of them has been given up yet.
  const open = await onServer<{ n: number }>(
    `select count(*)::integer as n from deliveries where claimed_until > now() and user_id = '${anna.id}'`,
    database.connection,
  );
  expect(open).toEqual([{ n: 30 }]);
});

test('what was left behind without a job is found by the look of every minute', async () => {
  const anna = await person();
  const { url, received } = await receiver();
  const { id } = await addWebhook(anna, url);
  await onServer(
    `insert into deliveries (user_id, webhook_id, event, body, next_attempt_at)
     values ('${anna.id}', '${id}', 'ping', '{}', now() - interval '1 minute')`,
    database.connection,
  );
  expect(await operatorWakeWaiting(db, 10)).toBe(1);
  await expect.poll(() => received.length).toBe(1);
});
