import { expect, test } from 'vitest';
import { runImport } from '../../src/transfer/run-import.ts';
import { testApp } from '../app.ts';
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
