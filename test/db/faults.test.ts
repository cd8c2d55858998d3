import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { databaseFault } from '../../src/db/errors.ts';

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
