import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { testApp, type Person } from '../app.ts';
import { onServer } from '../database.ts';
import { exportTo } from '../../src/transfer/export.ts';
import { makeToken } from '../isolation/cast.ts';
import { unzip } from '../unzip.ts';

const { app, person, db, database } = await testApp();

/** Gives somebody so many entries at once, with ids that count from 0. */
async function fill({ id }: Person, count: number, text: string): Promise<void> {
  await onServer(
    `insert into entries (user_id, id, text, at, time_zone, local_day, search)
     select user_id, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '${text}', '2020-01-01Z', 'UTC',
            '2020-01-01', owner_word(user_id)
     from journals, generate_series(0, ${count - 1}) n where user_id = '${id}'`,
    database.connection,
  );
}

/** The members of a zip, as text. */
async function unzipped(bytes: Buffer): Promise<Record<string, string>> {
  return Object.fromEntries([...(await unzip(bytes))].map(([name, content]) => [name, content.toString()]));
}

async function exported(token: string, format: string): Promise<Buffer> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await app.inject({ url: `/api/v1/export?format=${format}`, headers });
  expect(answer.statusCode).toBe(200);
  return answer.rawPayload;
}

test('Markdown: a file for each month, a heading for each day and entry, the text as it was written', async () => {
  const someone = await person();
  const text = '# not ours\n\n* a\n\r\n```\n---\n```\n  é 🦄';
  for (const body of [
    { text, mood: 8, category: 'work', tags: ['run', 'two\nlines'], measures: { sleep: 7.5, ran: true } },
    { mood: 3, at: '2024-01-31T23:30:00Z' },
    { text: 'late', at: '2024-02-01T10:00:00Z' },
    { text: 'gone', at: '2024-02-01T11:00:00Z' },
  ])
    await someone.call('POST', '/entries', {
      body: { at: '2024-01-31T06:05:00Z', time_zone: 'Europe/Berlin', ...body },
    });
  const { json } = await someone.call('GET', '/entries?limit=1');
  await someone.call('DELETE', `/entries/${json.entries[0].id}`);
  const members = await unzipped(await exported(someone.token, 'markdown'));
  expect(members).toEqual({
    '2024-01.md': [
      '# 2024-01\n\n## 2024-01-31\n\n### 07:05 · mood 8 · work\n\n',
      `- tag: run\n- tag: two lines\n- ran: true\n- sleep: 7.5\n\n${text}\n`,
    ].join(''),
    '2024-02.md':
      '# 2024-02\n\n## 2024-02-01\n\n### 00:30 · mood 3 · general\n\n### 11:00 · general\n\nlate\n',
  });
  expect(await unzipped(await exported((await person()).token, 'markdown'))).toEqual({
    'empty.md': 'There are no entries.\n',
  });
});

test('an export is one moment of the account, whatever is written meanwhile', async () => {
  const someone = await person();
  await fill(someone, 1200, `before ${'x'.repeat(2000)}`);
  if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const headers = { authorization: `Bearer ${someone.token}` };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest({ port, path: '/api/v1/export', headers }, resolve).on('error', reject).end();
  });
  // Its first bytes are here, and the rest waits for whoever reads it.
  for (const n of [0, 700, 1199])
    await someone.call('PUT', `/entries/00000000-0000-7000-8000-${String(n).padStart(12, '0')}`, {
      body: { text: 'after' },
    });
  await someone.call('POST', '/entries', { body: { text: 'after' } });
  const lines = (await textOf(response)).trimEnd().split('\n');
  expect(JSON.parse(lines[0]!).entries).toBe(1200);
  expect(lines.length).toBe(1201);
  expect(lines.filter((line) => line.includes('after'))).toEqual([]);
});

test('whoever goes away midway leaves no connection behind', async () => {
  const someone = await person();
  await fill(someone, 600, 'y'.repeat(20_000));
  if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  for (let n = 0; n < 6; n++) {
    await new Promise<void>((resolve, reject) => {
      const headers = { authorization: `Bearer ${someone.token}` };
      const sent = httpRequest({ port, path: '/api/v1/export', headers }, (response) => {
        response.once('data', () => response.destroy());
        response.on('close', () => resolve());
      });
      sent.on('error', reject).end();
    });
  }
  await expect.poll(() => db.pool.total - db.pool.idle).toBe(0);
  expect((await someone.call('GET', '/export?format=csv')).status).toBe(200);
});

test('whoever stops reading is cut off, and gives the connection back', async () => {
  const someone = await person();
  await fill(someone, 600, 'z'.repeat(20_000));
  const unread = new PassThrough();
  await expect(exportTo(db, someone.id, 'daymark', unread, { patienceMs: 500 })).rejects.toThrow(
    'took nothing',
  );
  expect(unread.destroyed).toBe(true);
  expect(db.pool.total - db.pool.idle).toBe(0);
});

test('it is written down, needs its scope, and takes no other format', async () => {
  const someone = await person();
  await someone.call('GET', '/export?format=csv');
  const { json } = await someone.call('GET', '/me/events');
  expect(json.events[0]).toMatchObject({ type: 'export.started', detail: { format: 'csv' } });
  const { secret } = await makeToken(someone, ['entries:read']);
  const headers = { authorization: `Bearer ${secret}` };
  expect((await app.inject({ url: '/api/v1/export', headers })).statusCode).toBe(403);
  expect((await someone.call('GET', '/export?format=pdf')).json.errors[0].pointer).toBe('?format');
});
