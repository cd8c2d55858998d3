import { expect, test } from 'vitest';
import { testApp } from '../app.ts';
import { onServer } from '../database.ts';

const { person, database } = await testApp();

/** Tables that hold something of a person, by the catalogue. */
async function rowsOf(userId: string): Promise<Record<string, number>> {
  const tables = await onServer<{ name: string }>(
    `select c.relname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
     where a.attname = 'user_id' and c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace`,
    database.connection,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await onServer<{ n: number }>(
      `select count(*)::integer as n from ${name} where user_id = '${userId}'`,
      database.connection,
    );
    counts[name] = row?.n ?? 0;
  }
  return counts;
}

test('deleting an account takes every row of every table, and nobody else’s', async () => {
  const [anna, ben] = [await person(), await person()];
  for (const someone of [anna, ben]) {
    const { json: entry } = await someone.call('POST', '/entries', {
      body: { text: 'x' },
      headers: { 'idempotency-key': 'k' },
    });
    await someone.call('POST', '/entries', { body: { text: 'y' } });
    await someone.call('DELETE', `/entries/${entry.id}`);
    const webhook = { url: 'https://hooks.example.org/x', events: ['ping'] };
    const { json: made } = await someone.call('POST', '/webhooks', { body: webhook });
    await someone.call('POST', `/webhooks/${made.id}/test`);
    await someone.call('POST', '/me/tokens', { body: { name: 'x', scopes: ['export'] } });
    await someone.call('POST', '/imports', {
      body: 'date,mood\n2024-01-01,5',
      headers: { 'content-type': 'application/octet-stream' },
    });
  }
  const before = await rowsOf(anna.id);
  expect(Object.keys(before).length).toBeGreaterThanOrEqual(4);
  expect(Object.entries(before).filter(([, rows]) => rows === 0)).toEqual([]);
  const ofBen = await rowsOf(ben.id);

  expect((await anna.call('DELETE', '/me', { body: { password: 'not the password' } })).json.code).toBe(
    'wrong_password',
  );
  const gone = await anna.call('DELETE', '/me', { body: { password: anna.password } });
  expect([gone.status, gone.headers['set-cookie']]).toEqual([204, expect.stringContaining('Max-Age=0')]);

  expect(Object.entries(await rowsOf(anna.id)).filter(([, rows]) => rows > 0)).toEqual([]);
  expect(await rowsOf(ben.id)).toEqual(ofBen);
  expect((await anna.call('GET', '/entries')).status).toBe(401);
  const users = await onServer(`select 1 from users where id = '${anna.id}'`, database.connection);
  expect(users).toEqual([]);
});
