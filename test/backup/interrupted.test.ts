import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { cloneDatabase, onServer } from '../database.ts';
import { takeBackup } from '../../src/backup/take.ts';
import { backUp, folder, secretKey } from './installation.ts';

test('a backup that is interrupted midway ends, leaves no file, and lets the next one begin', async () => {
  const database = await cloneDatabase();
  onTestFinished(() => database.drop());
  // 16 MB: far more, also compressed, than all buffers between PostgreSQL and the file hold.
  const text = `select string_agg(md5(n::text), '') as text from generate_series(1, 2500) n`;
  await onServer(
    `create table large (text text); alter table large alter text set storage external;
     insert into large select text from (${text}) t, generate_series(1, 200)`,
    database.connection,
  );
  const path = folder();
  const file = join(path, 'backup.zip');
  const ending = new AbortController();
  const reason = new Error('interrupted');
  const backup = takeBackup({
    connection: database.connection,
    file,
    log: pino({ level: 'silent' }),
    signal: ending.signal,
    version: '0.0.0',
    secretKey,
    onRows: (table, rows) => {
      if (table === 'large' && rows > 100 && rows < 200) ending.abort(reason);
    },
  });
  await expect(backup).rejects.toBe(reason);
  expect(readdirSync(path)).toEqual([]);
  await onServer(
    'delete from large where ctid not in (select ctid from large limit 20)',
    database.connection,
  );
  const { tables } = await backUp(database.connection, file);
  expect(tables.find(({ name }) => name === 'large')?.rows).toBe(20);
});
