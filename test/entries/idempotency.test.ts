import { expect, onTestFinished, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { caller, openDatabase, testApp } from '../app.ts';
import { cuttingProxy } from '../cutting-proxy.ts';
import { onServer } from '../database.ts';

const { app, person, database, deps } = await testApp();

const keyed = (key: string, body: unknown = { text: 'once' }) => ({
  body,
  headers: { 'idempotency-key': key },
});
const count = async (someone: { call: ReturnType<typeof caller> }) =>
  (await someone.call('GET', '/entries?total=true')).json.total as number;

test('a repeat gets the first answer, byte for byte, and writes nothing', async () => {
  const anna = await person();
  const first = await anna.call('POST', '/entries', keyed('k-1'));
  expect([first.status, first.headers['idempotency-replayed']]).toEqual([201, undefined]);
  await anna.call('PATCH', `/entries/${first.json.id}`, { body: { text: 'changed since' } });
  for (const key of ['k-1', '"k-1"']) {
    const again = await anna.call('POST', '/entries', keyed(key));
    expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([
      201,
      first.text,
      'true',
    ]);
    expect([again.headers['etag'], again.headers['location']]).toEqual([
      first.headers['etag'],
      first.headers['location'],
    ]);
  }
  expect(await count(anna)).toBe(1);
});

test('another body under the same key is refused; bodies are compared by bytes', async () => {
  const anna = await person();
  await anna.call('POST', '/entries', keyed('k', '{"mood":3}'));
  for (const body of ['{"mood":4}', '{"mood": 3}']) {
    const { status, json } = await anna.call('POST', '/entries', keyed('k', body));
    expect([status, json.code]).toEqual([422, 'idempotency_key_reused']);
  }
  expect(await count(anna)).toBe(1);
});

test('keys are each user’s own, and each path’s', async () => {
  const [anna, ben] = [await person(), await person()];
  const [a, b] = [
    await anna.call('POST', '/entries', keyed('k')),
    await ben.call('POST', '/entries', keyed('k')),
  ];
  expect([a.status, b.status]).toEqual([201, 201]);
  expect(a.json.id).not.toBe(b.json.id);
  const token = await anna.call('POST', '/me/tokens', keyed('k', { name: 'x', scopes: ['export'] }));
  expect([token.status, token.headers['idempotency-replayed']]).toEqual([201, undefined]);
});

test('a refused request leaves its key free', async () => {
  const anna = await person();
  for (const body of [{ mood: 11 }, {}, { mood: 3, at: '2999-01-01T00:00:00Z' }]) {
    expect((await anna.call('POST', '/entries', keyed('k', body))).status).toBe(422);
  }
  expect((await anna.call('POST', '/entries', keyed('k', { mood: 3 }))).status).toBe(201);
});

test('malformed keys, and two of them', async () => {
  const anna = await person();
  for (const key of ['', '""', 'é', 'x'.repeat(256), '"open', '"a"b"', '"a\\b"']) {
    const { status, json } = await anna.call('POST', '/entries', keyed(key));
    expect([key, status, json.code]).toEqual([key, 400, 'invalid_idempotency_key']);
  }
  const two = await app.inject({
    method: 'POST',
    url: '/api/v1/entries',
    headers: {
      authorization: `Bearer ${anna.token}`,
      'idempotency-key': ['a', 'b'] as unknown as string,
    },
    payload: { mood: 3 },
  });
  expect([two.statusCode, (two.json as () => { code: string })().code]).toEqual([
    400,
    'invalid_idempotency_key',
  ]);
  expect(await count(anna)).toBe(0);
  for (const key of ['"a \\"quoted\\" \\\\ key"', ' x ', 'x'.repeat(255)]) {
    expect((await anna.call('POST', '/entries', keyed(key))).status).toBe(201);
  }
});

test('fifty at once write one row', async () => {
  const anna = await person();
  const all = await Promise.all(Array.from({ length: 50 }, () => anna.call('POST', '/entries', keyed('k'))));
  const written = all.filter(
    ({ status, headers }) => status === 201 && headers['idempotency-replayed'] === undefined,
  );
  expect(written).toHaveLength(1);
  const others = all.filter((answer) => answer !== written[0]);
  expect(
    others.filter(({ status, json }) => status !== 201 && json.code !== 'idempotency_key_in_use'),
  ).toEqual([]);
  expect(await count(anna)).toBe(1);
});

test('a token made under a key shows its secret again, and only to the key; at rest it is encrypted', async () => {
  const anna = await person();
  const body = { name: 'script', scopes: ['entries:read'] };
  const first = await anna.call('POST', '/me/tokens', keyed('k', body));
  const again = await anna.call('POST', '/me/tokens', keyed('k', body));
  expect(again.text).toBe(first.text);
  expect(again.headers['cache-control']).toBe('no-store');
  const [row] = await onServer<{ answer: Buffer }>(
    `select answer from idempotency_keys where user_id = '${anna.id}'`,
    database.connection,
  );
  expect(row?.answer.length).toBeGreaterThan(first.text.length);
  expect(row?.answer.toString('latin1')).not.toContain(first.json.token.slice(5, 20));
});

test('after seven days a key is free again', async () => {
  const anna = await person();
  await anna.call('POST', '/entries', keyed('k'));
  await onServer(
    `update idempotency_keys set created_at = now() - interval '7 days 1 second' where user_id = '${anna.id}'`,
    database.connection,
  );
  const later = await anna.call('POST', '/entries', keyed('k', { text: 'another' }));
  expect([later.status, later.json.text]).toEqual([201, 'another']);
});

test('a crash between commit and answer makes no second row', async () => {
  const anna = await person();
  const proxy = await cuttingProxy(database.connection);
  const db = openDatabase({ ...database, connection: proxy.connection });
  const cut = await buildApp({ ...deps, db });
  onTestFinished(async () => {
    await cut.close();
    await db.close();
    proxy.close();
  });
  const call = caller(cut, anna.token);
  expect((await call('GET', '/me')).status).toBe(200);
  proxy.cutAfterCommit();
  const lost = await call('POST', '/entries', keyed('k'));
  expect([lost.status, lost.json.code]).toEqual([503, 'database_unavailable']);
  const again = await call('POST', '/entries', keyed('k'));
  expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true']);
  expect(await count(anna)).toBe(1);
});
