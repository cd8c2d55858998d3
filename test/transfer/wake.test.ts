import { expect, onTestFinished, test } from 'vitest';
import { runJobs } from '../../src/jobs/run.ts';
import { transferJobs } from '../../src/transfer/jobs.ts';
import { operatorWakeImports } from '../../src/transfer/operator-queries.ts';
import { announceImport } from '../../src/webhooks/announce.ts';
import { testApp } from '../app.ts';
import { onServer } from '../database.ts';
import { bring, ended } from './world.ts';

const server = await testApp();
const { database, db, deps, person } = server;

test('an import whose job is gone, as after a restore, is gone on with, once', async () => {
  const someone = await person();
  const file = 'date,mood,text\n2024-01-01,5,kept\n';
  const answer = await bring(server, someone, file);
  const { id } = answer.json<{ id: string }>();
  expect(answer.statusCode).toBe(202);
  // It has its job, or is too new to be missed.
  expect(await operatorWakeImports(db, 10)).toBe(0);
  const age = `update imports set created_at = now() - interval '2 minutes'`;
  await onServer(age, database.connection);
  expect(await operatorWakeImports(db, 10)).toBe(0);
  await onServer('delete from graphile_worker._private_jobs', database.connection);
  expect(await operatorWakeImports(db, 10)).toBe(1);
  expect(await operatorWakeImports(db, 10)).toBe(0);
  const handlers = transferJobs(db, announceImport);
  const jobs = runJobs({ connection: database.connection, handlers, schedules: [], log: deps.log });
  onTestFinished(() => jobs.stop(5000));
  expect(await ended(someone, id)).toMatchObject({ state: 'finished', created: 1 });
  expect((await someone.call('GET', '/entries')).json.entries).toMatchObject([{ text: 'kept' }]);
  expect(await operatorWakeImports(db, 10)).toBe(0);
});
