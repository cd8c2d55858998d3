import { readdirSync, readlinkSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { onServer } from '../database.ts';
import { makeToken } from '../isolation/cast.ts';
import { bring, ended, entriesOf, imported, transferApp } from './world.ts';

const server = await transferApp();
const { person, app, database } = server;
await app.listen({ port: 0, host: '127.0.0.1' });
const { port } = app.server.address() as AddressInfo;

const table = (rows: number, more = '') =>
  `at,mood,text\n${Array.from({ length: rows }, (_, n) => {
    const at = new Date(Date.UTC(2020, 0, 1) + n * 60_000).toISOString();
    return `${at},${1 + (n % 10)},row ${n}${more}`;
  }).join('\n')}`;

test('a dry run tells what would be, exactly, and changes nothing', async () => {
  const someone = await person();
  await imported(server, someone, table(1500));
  const revision = (await someone.call('GET', '/entries')).headers['etag'];
  const file = `${table(2500)}\nnever,1,x`;
  const dry = await imported(server, someone, file, '?dry_run=true');
  expect(dry).toMatchObject({
    dry_run: true,
    total: 2501,
    done: 2501,
    created: 1000,
    skipped: 1500,
    error_count: 1,
  });
  expect((await someone.call('GET', '/entries')).headers['etag']).toBe(revision);
  const real = await imported(server, someone, file);
  expect(real).toMatchObject({ dry_run: false, created: 1000, skipped: 1500, error_count: 1 });
});

test('undone, what it made and nobody has edited is gone for good, and the file can come again', async () => {
  const someone = await person();
  const report = await imported(server, someone, table(2100));
  const [first, second, third] = await entriesOf(someone);
  await someone.call('PATCH', `/entries/${first.id}`, { body: { text: 'edited' } });
  await someone.call('DELETE', `/entries/${second.id}`);
  await someone.call('POST', '/entries', { body: { text: 'my own', at: '2019-01-01T00:00:00Z' } });

  const answer = await someone.call('DELETE', `/imports/${report.id}`);
  expect([answer.status, answer.json]).toEqual([202, { id: report.id, state: 'finished' }]);
  await ended(someone, report.id, ['undone']);
  expect((await entriesOf(someone)).map(({ text }) => text)).toEqual(['my own', 'edited']);
  expect((await entriesOf(someone, '&trash=true')).map(({ id }) => id)).toEqual([second.id]);
  expect((await someone.call('GET', `/entries/${third.id}`)).status).toBe(404);
  expect((await someone.call('DELETE', `/imports/${report.id}`)).json.state).toBe('undone');

  const again = await imported(server, someone, table(2100));
  expect([again.created, again.skipped]).toEqual([2098, 2]);
  const { json } = await someone.call('GET', '/me/events');
  const types = json.events.map(({ type }: { type: string }) => type);
  expect(types.filter((type: string) => type.startsWith('import'))).toEqual([
    'import.started',
    'import.undone',
    'import.started',
  ]);
});

test('cancelled, it stops; what it made until then can be undone', async () => {
  const someone = await person();
  const { id } = (await bring(server, someone, table(60_000))).json<{ id: string }>();
  await expect
    .poll(async () => (await someone.call('GET', `/imports/${id}`)).json.created, {
      interval: 5,
    })
    .toBeGreaterThan(0);
  const answer = await someone.call('DELETE', `/imports/${id}`);
  expect([answer.status, answer.json.state]).toEqual([202, 'cancelled']);
  const report = await ended(someone, id);
  const total = async () => (await someone.call('GET', '/entries?total=true&limit=1')).json.total;
  expect(report.state).toBe('cancelled');
  expect(report.done).toBeLessThan(60_000);
  expect(await total()).toBe(report.created);
  await someone.call('DELETE', `/imports/${id}`);
  await ended(someone, id, ['undone']);
  expect(await total()).toBe(0);
  const chunks = await onServer(`select 1 from import_chunks where import_id = '${id}'`, database.connection);
  expect(chunks).toEqual([]);
});

test('imports are listed newest first, in pages', async () => {
  const someone = await person();
  const ids = [];
  for (const n of [1, 2, 3]) ids.push((await imported(server, someone, table(n))).id);
  const first = await someone.call('GET', '/imports?limit=2');
  const second = await someone.call('GET', `/imports?limit=2&cursor=${first.json.next_cursor}`);
  const list = [...first.json.imports, ...second.json.imports];
  expect(list.map(({ id }) => id)).toEqual(ids.reverse());
  expect(second.json.next_cursor).toBeNull();
  expect(list[0]).toEqual((await someone.call('GET', `/imports/${ids[0]}`)).json);
});

test('an Idempotency-Key gives one import for one file, and refuses another under it', async () => {
  const someone = await person();
  const headers = { 'idempotency-key': 'k' };
  const first = await bring(server, someone, table(2), '', headers);
  const again = await bring(server, someone, table(2), '', headers);
  expect([again.statusCode, again.body]).toEqual([202, first.body]);
  expect([again.headers['idempotency-replayed'], again.headers.location]).toEqual([
    'true',
    first.headers.location,
  ]);
  const other = await bring(server, someone, table(3), '', headers);
  expect([other.statusCode, other.json().code]).toEqual([422, 'idempotency_key_reused']);
  expect((await someone.call('GET', '/imports')).json.imports.length).toBe(1);
  await ended(someone, first.json<{ id: string }>().id);
});

/** The imports that a stream of events tells of, in order. */
function eventsIn(text: string) {
  const told = text.split('\n\n').filter((each) => each !== '');
  return told.map((event) => JSON.parse(/^event: import\ndata: (.*)$/.exec(event)![1]!));
}

describe('events', () => {
  test('tell the import until it has ended', async () => {
    const someone = await person();
    const { id } = (await bring(server, someone, table(5000))).json<{ id: string }>();
    const { text, headers } = await someone.call('GET', `/imports/${id}/events`);
    expect(headers['content-type']).toMatch(/^text\/event-stream/);
    const events = eventsIn(text);
    expect(events.at(-1)).toEqual((await someone.call('GET', `/imports/${id}`)).json);
    expect(events.at(-1)).toMatchObject({ state: 'finished', created: 5000 });
    expect(events.map(({ done }) => done)).toEqual(events.map(({ done }) => done).toSorted((a, b) => a - b));
  });

  test('end with the token that asked for them', async () => {
    const someone = await person();
    const { id } = (await bring(server, someone, table(1))).json<{ id: string }>();
    await ended(someone, id);
    await onServer(`update imports set state = 'running' where id = '${id}'`, database.connection);
    const token = await makeToken(someone, ['entries:write']);
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/imports/${id}/events`, {
      headers: { authorization: `Bearer ${token.secret}` },
    });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    const { value: first } = await reader.read();
    await someone.call('DELETE', `/me/tokens/${token.id}`);
    // The import goes on, as its state has it: it is not its end that ends them.
    expect(eventsIn(first ?? '').map(({ state }) => state)).toEqual(['running']);
    expect(await reader.read()).toEqual({ done: true, value: undefined });
    expect((await someone.call('GET', `/imports/${id}`)).json.state).toBe('running');
  });
});

test('a file that comes in drops and breaks off leaves nothing behind', async () => {
  const someone = await person();
  const before = openUploads();
  const sent = request({
    port,
    method: 'POST',
    path: '/api/v1/imports',
    headers: {
      authorization: `Bearer ${someone.token}`,
      'content-type': 'application/octet-stream',
      'content-length': 1000,
    },
  });
  const closed = new Promise((resolve) => sent.on('error', () => undefined).on('close', resolve));
  sent.write(table(2));
  if (process.platform === 'linux') await expect.poll(openUploads).toBe(before + 1);
  sent.destroy();
  await closed;
  await expect.poll(openUploads).toBe(before);
  expect((await someone.call('GET', '/imports')).json.imports).toEqual([]);
});

/** How many files of uploads this process holds open, none of which has a name; 0 where the system does not tell. */
function openUploads(): number {
  if (process.platform !== 'linux') return 0;
  const targets = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return targets.filter((each) => /\/daymark-\w+\/file \(deleted\)$/.test(each)).length;
}
