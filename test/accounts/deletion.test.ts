import { expect, test } from 'vitest';
import { testApp } from '../app.ts';
import { onServer } from '../database.ts';
import { rowsOf } from '../isolation/cast.ts';

const server = await testApp();
const { person, database } = server;

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
  const before = await rowsOf(server, anna.id);
  expect(Object.keys(before).length).toBeGreaterThanOrEqual(4);
  expect(Object.entries(before).filter(([, rows]) => rows.length === 0)).toEqual([]);
  const ofBen = await rowsOf(server, ben.id);

  expect((await anna.call('DELETE', '/me', { body: { password: 'not the password' } })).json.code).toBe(
    'wrong_password',
  );
  const gone = await anna.call('DELETE', '/me', { body: { password: anna.password } });
  expect([gone.status, gone.headers['set-cookie']]).toEqual([204, expect.stringContaining('Max-Age=0')]);

  expect(Object.entries(await rowsOf(server, anna.id)).filter(([, rows]) => rows.length > 0)).toEqual([]);
  expect(await rowsOf(server, ben.id)).toEqual(ofBen);
  expect((await anna.call('GET', '/entries')).status).toBe(401);
  const users = await onServer(`select 1 from users where id = '${anna.id}'`, database.connection);
  expect(users).toEqual([]);
});
