import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import type { Health } from '../../src/http/health.ts';
import { testApp } from '../app.ts';

const { deps, person, database } = await testApp();

test('a request that is under way when the process drains tells its client to leave, and nothing waits for it then', async () => {
  const health: Health = { ...deps.health, phase: 'ready', database: 'up' };
  const app = await buildApp({ ...deps, health });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const anna = await person();
  const holder = new Client(database.connection);
  await holder.connect();
  await holder.query('begin');
  await holder.query('select from journals where user_id = $1 for update', [anna.id]);

  const headers = { authorization: `Bearer ${anna.token}`, 'content-type': 'application/json' };
  const url = `http://127.0.0.1:${port}/api/v1/entries`;
  const answer = fetch(url, { method: 'POST', headers, body: '{"mood":5}' });
  await expect.poll(() => deps.db.pool.total - deps.db.pool.idle).toBe(1);
  health.phase = 'draining';
  await holder.query('rollback');
  await holder.end();
  const { status, headers: told } = await answer;
  expect([status, told.get('connection')]).toEqual([201, 'close']);
  await app.close();
});
