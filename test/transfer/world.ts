import { afterAll, expect } from 'vitest';
import { runJobs } from '../../src/jobs/run.ts';
import { transferJobs } from '../../src/transfer/jobs.ts';
import { announceImport } from '../../src/webhooks/announce.ts';
import { testApp, type Answer, type Person, type TestApp } from '../app.ts';

/** A server whose jobs of imports run, in this process, until the file ends. */
export async function transferApp(): Promise<TestApp> {
  const server = await testApp();
  const { database, db, deps } = server;
  const handlers = transferJobs(db, announceImport);
  const jobs = runJobs({ connection: database.connection, handlers, schedules: [], log: deps.log });
  afterAll(() => jobs.stop(5000));
  return server;
}

/** Brings a file. */
export function bring(
  { app }: Pick<TestApp, 'app'>,
  { token }: Person,
  file: Buffer | string,
  query = '',
  headers: Record<string, string> = {},
) {
  return app.inject({
    method: 'POST',
    url: `/api/v1/imports${query}`,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/octet-stream',
      ...headers,
    },
    payload: file,
  });
}

/** Brings a file and waits until its import has ended. */
export async function imported(
  server: Pick<TestApp, 'app'>,
  someone: Person,
  file: Buffer | string,
  query = '',
) {
  const answer = await bring(server, someone, file, query);
  expect([answer.statusCode, answer.body]).toEqual([202, expect.stringContaining('"state":"queued"')]);
  return ended(someone, answer.json<{ id: string }>().id);
}

const atEnd = ['finished', 'failed', 'cancelled', 'undone'];

/** An import once it is in one of these states. */
export async function ended(someone: Person, id: string, states = atEnd) {
  let seen: Answer | undefined;
  await expect
    .poll(
      async () => {
        seen = await someone.call('GET', `/imports/${id}`);
        return states.includes(seen.json.state);
      },
      { timeout: 60_000, interval: 20 },
    )
    .toBe(true);
  return seen!.json;
}

/** All entries of somebody, oldest first, in pages. */
export async function entriesOf(someone: Person, query = '') {
  const entries = [];
  let cursor = '';
  do {
    const { json } = await someone.call('GET', `/entries?order=asc&limit=100${query}${cursor}`);
    entries.push(...json.entries);
    cursor = json.next_cursor === null ? '' : `&cursor=${json.next_cursor}`;
  } while (cursor !== '');
  return entries;
}

/** The members that were read from a file, without what the server makes. */
export function read(entry: Record<string, unknown>) {
  const { text, mood, category, tags, measures, at, time_zone } = entry;
  return { text, mood, category, tags, measures, at, time_zone };
}
