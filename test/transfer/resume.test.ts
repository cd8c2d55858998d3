import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { rowChecker } from '../../src/transfer/check-row.ts';
import { beginImport, writeImported } from '../../src/transfer/queries.ts';
import { runImport } from '../../src/transfer/run-import.ts';
import { columnsOf } from '../../src/transfer/write-batch.ts';
import { testApp } from '../app.ts';
import { onServer } from '../database.ts';
import { bring, entriesOf } from './world.ts';

// No worker runs here: the import is taken in hand by the test.
const server = await testApp();
const { db, person } = server;

const rows = 4500;
const file = `at,mood,text\n${Array.from({ length: rows }, (_, n) => {
  const at = new Date(Date.UTC(2020, 0, 1) + Math.floor(n / 3) * 60_000).toISOString();
  return n % 7 === 6 ? `${at},none,bad` : `${at},5,same`;
}).join('\n')}`;

async function accepted() {
  const someone = await person();
  const { id } = (await bring(server, someone, file)).json<{ id: string }>();
  return { someone, id };
}

/** Takes an import in hand and lets go of it after so many batches. */
async function runFor(userId: string, id: string, batches: number): Promise<void> {
  const ending = new AbortController();
  let seen = 0;
  const onProgress = () => {
    if (++seen > batches) ending.abort(new Error('the process ends'));
  };
  await runImport(db, userId, id, { signal: ending.signal, onProgress }).catch((error: unknown) => {
    if ((error as Error).message !== 'the process ends') throw error;
  });
}

test('broken off after every batch, it becomes exactly what it becomes at once', async () => {
  const [once, often] = [await accepted(), await accepted()];
  await runImport(db, once.someone.id, once.id);
  for (let round = 0; round < 7; round++) await runFor(often.someone.id, often.id, 1);
  const reports = [];
  for (const { someone, id } of [once, often]) {
    const {
      id: _id,
      created_at: _made,
      finished_at: _end,
      ...report
    } = (await someone.call('GET', `/imports/${id}`)).json;
    reports.push(report);
  }
  expect(reports[0]).toMatchObject({
    state: 'finished',
    total: rows,
    done: rows,
    created: 3858,
    error_count: 642,
  });
  expect(reports[1]).toEqual(reports[0]);
  const ids = async ({ someone }: typeof once) => (await entriesOf(someone)).map(({ id }) => id);
  expect(await ids(often)).toEqual(await ids(once));
});

test('taken in hand by two at once, every row is dealt with once', async () => {
  const { someone, id } = await accepted();
  await Promise.all([1, 2].map(() => runImport(db, someone.id, id)));
  const { json } = await someone.call('GET', `/imports/${id}`);
  expect(json).toMatchObject({ done: rows, created: 3858, skipped: 0, error_count: 642 });
});

test.each([
  ['goes on where only its total has changed', 'total = 7', 1],
  ['writes nothing where it was cancelled', `state = 'cancelled', finished_at = now()`, 0],
  ['writes nothing where another has come further', 'done = 1000', 0],
])('a batch that waits for who else has its import in hand %s', async (_what, change, written) => {
  const { someone, id } = await accepted();
  await beginImport(db, someone.id, id);
  const check = rowChecker(someone.id, 'UTC');
  const entry = { text: 'x', mood: 5, at: '2024-01-01T00:00:00.000Z' };
  const columns = columnsOf([check({ entry, identity: '', leftOut: [] }, randomUUID())]);
  const other = new Client(server.database.connection);
  await other.connect();
  const backend = (await other.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
  await other.query('begin');
  await other.query(`update imports set ${change} where id = $1`, [id]);
  const writing = writeImported(db, someone.id, id, ...columns, 0, 1, 0, 0, '[]', '[]', '{}');
  const waiting = `select from pg_stat_activity where ${backend} = any(pg_blocking_pids(pid))`;
  await expect.poll(async () => (await onServer(waiting, server.database.connection)).length).toBe(1);
  await other.query('commit');
  await other.end();
  expect(await writing).toBe(written);
  expect((await entriesOf(someone)).length).toBe(written);
  const { json } = await someone.call('GET', `/imports/${id}`);
  expect(json.created).toBe(written);
});

test('a file that brings its reader down again and again ends as failed', async () => {
  const { someone, id } = await accepted();
  const signal = AbortSignal.abort(new Error('down'));
  for (let attempt = 0; attempt < 5; attempt++)
    await expect(runImport(db, someone.id, id, { signal })).rejects.toThrow('down');
  await runImport(db, someone.id, id);
  const { json } = await someone.call('GET', `/imports/${id}`);
  expect([json.state, json.errors[0].code]).toEqual(['failed', 'internal_error']);
});

test.each([
  ['a table', `${file}\n2020-01-01T00:00:00Z,5,${'y'.repeat(1_100_000)}`, 3858],
  [
    'a journal',
    `{"metadata":{"version":"1.0"},"entries":[{"text":"x","creationDate":"2024-01-05T03:02:50Z"},{"text":"${'y'.repeat(1_100_000)}`,
    1,
  ],
])('%s that breaks off fails the first time that it is taken in hand', async (_what, broken, created) => {
  const someone = await person();
  const { id } = (await bring(server, someone, broken)).json<{ id: string }>();
  await runImport(db, someone.id, id);
  const { json } = await someone.call('GET', `/imports/${id}`);
  expect(json).toMatchObject({ state: 'failed', created });
  expect(json.errors.at(-1)).toMatchObject({ row: 0, code: 'file_too_large' });
});
