import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { databaseFault } from '../../src/db/errors.ts';
import { testApp } from '../app.ts';

const { app, person } = await testApp();

test('a socket that is not there is a database that is away, a file that is not there is not', async () => {
  const client = new Client({ host: '/no/such/folder', user: 'nobody', database: 'none' });
  const away: unknown = await client.connect().catch((error: unknown) => error);
  expect(away).toMatchObject({ code: 'ENOENT' });
  expect(databaseFault(away, {})).toEqual({ kind: 'unavailable' });
  const missing: unknown = await readFile('/no/such/folder/file').catch((error: unknown) => error);
  expect(missing).toMatchObject({ code: 'ENOENT' });
  expect(databaseFault(missing, {})).toBeNull();
});

test('all addresses of a host count', () => {
  const refused = Object.assign(new Error('connect EACCES 10.0.0.1:5432'), {
    code: 'EACCES',
    syscall: 'connect',
  });
  const both = Object.assign(new AggregateError([refused, refused]), { code: 'EACCES' });
  expect(databaseFault(both, {})).toEqual({ kind: 'unavailable' });
});

test('a folder for temporary files that is missing is our failure, and not one of the database', async () => {
  const { token } = await person();
  vi.stubEnv('TMPDIR', '/no/such/folder');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { statusCode, body } = await app.inject({
    method: 'POST',
    url: '/api/v1/imports',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    payload: 'date,mood\n2024-01-01,5',
  });
  expect([statusCode, JSON.parse(body).code]).toEqual([500, 'internal_error']);
});
