import { expect, test } from 'vitest';
import { newEntry } from '../../src/entries/members.ts';
import { createEntry } from '../../src/entries/queries.ts';
import { announceImport } from '../../src/webhooks/announce.ts';
import { onServer } from '../database.ts';
import { receiver } from '../receiver.ts';
import { addWebhook, appWithWorker } from './world.ts';

const { person, db, database } = await appWithWorker();

const idsIn = (received: { body: string }[]) =>
  received.map(({ body }) => (JSON.parse(body) as { data: { id: string } }).data.id);

test('of writes half of which are rolled back exactly the others are sent, each once', async () => {
  const anna = await person();
  const { url, received } = await receiver();
  await addWebhook(anna, url);
  const committed: string[] = [];
  const write = async (n: number) => {
    const work = db.transaction(async (sql) => {
      const row = await createEntry(sql, anna.id, ...newEntry({ text: `write ${n}` }));
      if (n % 2 === 0) throw new Error('rolled back');
      return row?.id ?? '';
    });
    await work.then(
      (id) => committed.push(id),
      () => undefined,
    );
  };
  for (let n = 0; n < 200; n += 10) await Promise.all(Array.from({ length: 10 }, (_, m) => write(n + m)));
  expect(committed).toHaveLength(100);
  await expect.poll(() => received.length).toBe(100);
  expect(idsIn(received).toSorted()).toEqual(committed.toSorted());
  const [rows] = await onServer<{ n: number }>(
    `select count(*)::integer as n from deliveries where user_id = '${anna.id}'`,
    database.connection,
  );
  expect(rows?.n).toBe(100);
});

test('a write that is refused sends nothing; a repeat under its key sends nothing again', async () => {
  const anna = await person();
  const { url, received } = await receiver();
  await addWebhook(anna, url);
  await anna.call('POST', '/entries', { body: { text: ' ' } });
  const keyed = { body: { mood: 5 }, headers: { 'idempotency-key': 'k' } };
  const { json } = await anna.call('POST', '/entries', keyed);
  expect((await anna.call('POST', '/entries', keyed)).headers['idempotency-replayed']).toBe('true');
  await anna.call('POST', '/entries', { body: { mood: 6 } });
  await expect.poll(() => received.length).toBe(2);
  expect(idsIn(received)).toContain(json.id);
});

test('who has no webhook queues nothing', async () => {
  const anna = await person();
  await anna.call('POST', '/entries', { body: { mood: 5 } });
  const { url } = await receiver();
  const { id } = await addWebhook(anna, url);
  await anna.call('DELETE', `/webhooks/${id}`);
  await anna.call('POST', '/entries', { body: { mood: 5 } });
  const rows = await onServer(`select from deliveries where user_id = '${anna.id}'`, database.connection);
  expect(rows).toEqual([]);
  const jobs = await onServer(
    `select from graphile_worker._private_jobs where payload::text like '%${anna.id}%'`,
    database.connection,
  );
  expect(jobs).toEqual([]);
});

test('the end of an import is announced', async () => {
  const anna = await person();
  const { url, received } = await receiver();
  await addWebhook(anna, url, ['import.finished']);
  const told = { id: crypto.randomUUID(), state: 'finished', created: 3 };
  await db.transaction((sql) => announceImport(sql, anna.id, told));
  await expect
    .poll(() => received.map(({ body }) => JSON.parse(body) as object))
    .toEqual([{ type: 'import.finished', timestamp: expect.any(String), data: told }]);
});
