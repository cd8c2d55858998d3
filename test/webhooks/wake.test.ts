import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { newEntry } from '../../src/entries/members.ts';
import { createEntry } from '../../src/entries/queries.ts';
import { startWorker } from '../../src/worker.ts';
import { testApp } from '../app.ts';
import { onServer } from '../database.ts';
import { receiver } from '../receiver.ts';
import { addWebhook, loopback } from './world.ts';

const { person, db, database, deps } = await testApp({ targets: loopback });

test('while a job waits a change makes no other, and is sent though a worker comes before its commit', async () => {
  const anna = await person();
  const { url, received } = await receiver();
  await addWebhook(anna, url);
  const jobs = () =>
    onServer(
      `select id, revision from graphile_worker._private_jobs where payload::text like '%${anna.id}%'`,
      database.connection,
    );
  await anna.call('POST', '/entries', { body: { mood: 5 } });
  const waiting = await jobs();
  expect(waiting).toHaveLength(1);
  await anna.call('POST', '/entries', { body: { mood: 6 } });
  expect(await jobs()).toEqual(waiting);

  await db.transaction(async (sql) => {
    await createEntry(sql, anna.id, ...newEntry({ text: 'on its way' }));
    const worker = startWorker(database.connection, deps);
    onTestFinished(() => worker.stop(5000));
    // Long enough for some looks at the queue, which must pass over what this transaction holds.
    await sleep(700);
    expect(received).toEqual([]);
  });
  await expect.poll(() => received.length).toBe(3);
  await expect.poll(jobs).toEqual([]);
});
