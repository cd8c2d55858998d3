import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { testApp } from '../app.ts';

const { person } = await testApp();

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test('an entry comes back as it was written, with defaults and what the server adds', async () => {
  const anna = await person();
  const written = await anna.call('POST', '/entries', { body: { text: 'Long run.', mood: 8 } });
  expect(written.status).toBe(201);
  expect(written.json).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    text: 'Long run.',
    mood: 8,
    category: 'general',
    tags: [],
    measures: {},
    at: expect.stringMatching(instant),
    time_zone: 'UTC',
    local_day: written.json.at.slice(0, 10),
    created_at: expect.stringMatching(instant),
    updated_at: expect.stringMatching(instant),
    version: 1,
  });
  expect(written.headers['location']).toBe(`/api/v1/entries/${written.json.id}`);
  expect(written.headers['etag']).toBe('"1"');

  const read = await anna.call('GET', `/entries/${written.json.id}`);
  expect(read.status).toBe(200);
  expect(read.json).toEqual(written.json);
  expect(read.headers['etag']).toBe('"1"');
  expect(read.headers['cache-control']).toBe('private, no-cache');
});

test('every member is kept', async () => {
  const anna = await person();
  const body = {
    text: '  Ünïcödé 👩‍👩‍👧 \n  kept  ',
    mood: null,
    category: ' Work ',
    tags: ['b', 'a', '__proto__', 'é', 'e\u0301'],
    measures: { sleep_hours: 7.5, coffee: 2, ran: true, tiny: 1e-7, huge: 1.5e300, negative: -0.25 },
    at: '2026-03-01T08:30:00.123456+01:00',
    time_zone: 'Europe/Paris',
  };
  const { status, json } = await anna.call('POST', '/entries', { body });
  expect(status).toBe(201);
  expect(json).toMatchObject({ ...body, at: '2026-03-01T07:30:00.123Z', local_day: '2026-03-01' });
});

test('PUT creates under the client’s id, then replaces whole', async () => {
  const anna = await person();
  const id = randomUUID();
  const created = await anna.call('PUT', `/entries/${id}`, { body: { text: 'one', mood: 5, tags: ['a'] } });
  expect([created.status, created.headers['location'], created.headers['etag']]).toEqual([
    201,
    `/api/v1/entries/${id}`,
    '"1"',
  ]);
  const replaced = await anna.call('PUT', `/entries/${id}`, { body: { text: 'two' } });
  expect([replaced.status, replaced.headers['etag']]).toEqual([200, '"2"']);
  expect(replaced.json).toMatchObject({ id, text: 'two', mood: null, tags: [], version: 2 });
  expect(replaced.json.created_at).toBe(created.json.created_at);
});

test('what was read can be sent back by PUT and PATCH; read-only members are ignored there and refused in POST', async () => {
  const anna = await person();
  const { json: entry } = await anna.call('POST', '/entries', { body: { text: 'one', mood: 5 } });
  const put = await anna.call('PUT', `/entries/${entry.id}`, { body: { ...entry, version: 99 } });
  expect(put.json).toEqual({ ...entry, updated_at: put.json.updated_at, version: 2 });
  const patched = await anna.call('PATCH', `/entries/${entry.id}`, {
    body: { ...entry, local_day: '1999-01-01' },
  });
  expect(patched.json).toEqual({ ...entry, updated_at: patched.json.updated_at, version: 3 });
  const posted = await anna.call('POST', '/entries', { body: entry });
  expect(posted.status).toBe(422);
  expect(posted.json.errors.map((error: { pointer: string }) => error.pointer)).toContain('/version');
});

test('PATCH is a merge patch: absent stays, null puts back, in measures null removes', async () => {
  const anna = await person();
  const body = {
    text: 'one',
    mood: 5,
    category: 'work',
    tags: ['a'],
    measures: { a: 1, b: 2 },
    time_zone: 'Asia/Tokyo',
  };
  const { json: entry } = await anna.call('POST', '/entries', { body });
  const path = `/entries/${entry.id}`;
  const patch = async (change: object) => (await anna.call('PATCH', path, { body: change })).json;
  expect(await patch({ measures: { a: null, c: true } })).toMatchObject({
    ...body,
    measures: { b: 2, c: true },
  });
  expect(await patch({ category: null, tags: null })).toMatchObject({
    category: 'general',
    tags: [],
    text: 'one',
  });
  expect(await patch({ measures: null })).toMatchObject({ measures: {}, mood: 5 });
  expect(await patch({ mood: null })).toMatchObject({ mood: null, text: 'one' });
  expect(await patch({ time_zone: null })).toMatchObject({ time_zone: 'UTC' });
  const merged = await anna.call('PATCH', path, {
    body: { text: 'two' },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  expect(merged.json).toMatchObject({ text: 'two', version: 7 });
  const emptied = await anna.call('PATCH', path, { body: { text: null } });
  expect([emptied.status, emptied.json.code]).toEqual([422, 'entry_empty']);
});

test('If-Match and If-None-Match guard writes', async () => {
  const anna = await person();
  const id = randomUUID();
  const path = `/entries/${id}`;
  const send = (method: string, headers: Record<string, string>, text: string) =>
    anna.call(method, path, { headers, ...(method === 'DELETE' ? {} : { body: { text } }) });
  const outcome = async (answer: ReturnType<typeof send>) => [
    (await answer).status,
    (await answer).json?.code,
  ];

  expect(await outcome(send('PUT', { 'if-match': '"1"' }, 'x'))).toEqual([412, 'version_conflict']);
  expect(await outcome(send('PUT', { 'if-match': '*' }, 'x'))).toEqual([412, 'version_conflict']);
  expect(await outcome(send('PATCH', { 'if-match': '"1"' }, 'x'))).toEqual([404, 'entry_not_found']);
  expect(await outcome(send('PUT', { 'if-none-match': '*' }, 'one'))).toEqual([201, undefined]);
  expect(await outcome(send('PUT', { 'if-none-match': '*' }, 'x'))).toEqual([412, 'precondition_failed']);
  expect(await outcome(send('PUT', { 'if-match': '"9", W/"1"' }, 'x'))).toEqual([412, 'version_conflict']);
  expect(await outcome(send('PATCH', { 'if-match': '"9"' }, 'x'))).toEqual([412, 'version_conflict']);
  expect(await outcome(send('DELETE', { 'if-match': '"9"' }, ''))).toEqual([412, 'version_conflict']);
  expect((await anna.call('GET', path)).json).toMatchObject({ text: 'one', version: 1 });
  expect(await outcome(send('PUT', { 'if-match': '"1"' }, 'two'))).toEqual([200, undefined]);
  expect(await outcome(send('PATCH', { 'if-match': '"1", "2"' }, 'three'))).toEqual([200, undefined]);
  expect(await outcome(send('DELETE', { 'if-match': '"3"' }, ''))).toEqual([204, undefined]);
});

test('the trash: gone for GET, PATCH and DELETE, listed with trash=true, back by restore or PUT', async () => {
  const anna = await person();
  const { json: entry } = await anna.call('POST', '/entries', { body: { text: 'one' } });
  const path = `/entries/${entry.id}`;
  expect((await anna.call('DELETE', path)).status).toBe(204);
  for (const method of ['GET', 'PATCH', 'DELETE']) {
    const answer = await anna.call(method, path, method === 'PATCH' ? { body: { mood: 3 } } : {});
    expect([method, answer.status, answer.json.code]).toEqual([method, 404, 'entry_not_found']);
  }
  expect((await anna.call('GET', '/entries')).json.entries).toEqual([]);
  const trashed = (await anna.call('GET', '/entries?trash=true')).json.entries;
  expect(trashed).toEqual([
    { ...entry, version: 2, updated_at: expect.any(String), deleted_at: expect.stringMatching(instant) },
  ]);
  const restored = await anna.call('POST', `${path}/restore`);
  expect([restored.status, restored.json.version, restored.headers['etag']]).toEqual([200, 3, '"3"']);
  expect((await anna.call('POST', `${path}/restore`)).json.version).toBe(3);
  await anna.call('DELETE', path);
  const put = await anna.call('PUT', path, { body: { text: 'new' }, headers: { 'if-none-match': '*' } });
  expect([put.status, put.json.version, put.json.text]).toEqual([200, 5, 'new']);
  expect((await anna.call('GET', path)).json.text).toBe('new');
  expect((await anna.call('POST', `/entries/${randomUUID()}/restore`)).status).toBe(404);
});

test('If-None-Match on one entry answers 304 without a body', async () => {
  const anna = await person();
  const { json: entry } = await anna.call('POST', '/entries', { body: { mood: 5 } });
  for (const tag of ['"1"', 'W/"1"', '"7", "1"', '*']) {
    const answer = await anna.call('GET', `/entries/${entry.id}`, { headers: { 'if-none-match': tag } });
    expect([tag, answer.status, answer.text, answer.headers['etag']]).toEqual([tag, 304, '', '"1"']);
  }
  const other = await anna.call('GET', `/entries/${entry.id}`, { headers: { 'if-none-match': '"2"' } });
  expect(other.status).toBe(200);
});

test('two people hold the same id without meeting', async () => {
  const [anna, ben] = [await person(), await person()];
  const id = randomUUID();
  await anna.call('PUT', `/entries/${id}`, { body: { text: 'Anna’s' } });
  expect((await ben.call('GET', `/entries/${id}`)).status).toBe(404);
  expect((await ben.call('PUT', `/entries/${id}`, { body: { text: 'Ben’s' } })).status).toBe(201);
  await ben.call('DELETE', `/entries/${id}`);
  expect((await anna.call('GET', `/entries/${id}`)).json.text).toBe('Anna’s');
});
