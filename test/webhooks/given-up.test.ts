import { expect, test } from 'vitest';
import { operatorWakeWaiting } from '../../src/webhooks/delivery-queries.ts';
import { onServer } from '../database.ts';
import { receiver } from '../receiver.ts';
import { addWebhook, appWithWorker, deliveriesOf } from './world.ts';

const { person, database, db, call } = await appWithWorker({ retrySeconds: [60] });

/** How many the metrics count as given up; none where they do not name that state. */
async function exhausted(): Promise<number> {
  const { text } = await call('GET', '//metrics');
  expect(text).toMatch(/^# TYPE daymark_deliveries gauge$/m);
  return Number(/^daymark_deliveries\{state="exhausted"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

test('a delivery counts as given up for a day after its last attempt, however old it is', async () => {
  const anna = await person();
  const { url } = await receiver((_message, _request, response) => {
    response.writeHead(500).end();
  });
  const { id } = await addWebhook(anna, url);
  await onServer(
    `insert into deliveries (user_id, webhook_id, event, body, state, tries, attempts, created_at, next_attempt_at)
     values ('${anna.id}', '${id}', 'ping', '{}', 'failed', 1, '[{"at": "2026-01-01T00:00:00.000Z"}]',
             now() - interval '3 days', now() - interval '1 minute')`,
    database.connection,
  );
  expect(await exhausted()).toBe(0);
  expect(await operatorWakeWaiting(db, 10)).toBe(1);
  await expect.poll(async () => (await deliveriesOf(anna, id))[0]?.state).toBe('exhausted');
  expect(await exhausted()).toBe(1);

  const lastAttempt = (ago: string) =>
    onServer(
      `update deliveries set attempts = jsonb_set(attempts, '{-1,at}', to_jsonb(now() - interval '${ago}'))`,
      database.connection,
    );
  await lastAttempt('23 hours');
  expect(await exhausted()).toBe(1);
  await lastAttempt('25 hours');
  expect(await exhausted()).toBe(0);
});
