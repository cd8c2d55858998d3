import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { startEmbedded } from '../../src/db/embedded/start.ts';
import { clear, makeScratch, scratch, settings, silent } from './scratch.ts';

/**
 * For the tests of one file: gives a function that makes a data directory with an initialised database, which
 * holds the word `kept`; a copy of one that is made once, since making one takes a second.
 */
export function useTemplate(): (name?: string) => string {
  let directory = '';
  beforeAll(async () => {
    directory = makeScratch();
    const embedded = await startEmbedded({
      dataDir: join(directory, 'data'),
      purpose: 'serve',
      log: silent,
      settings,
    });
    await query(embedded.connection, `create table words as select 'kept' as word`);
    await embedded.stop();
  });
  afterAll(() => clear(directory));
  return (name = 'data') => {
    const dataDir = join(scratch(), name);
    execFileSync('mkdir', ['-p', join(dataDir, '..')]);
    execFileSync('cp', ['-a', join(directory, 'data'), dataDir]);
    return dataDir;
  };
}

/** The words in the database of a data directory that `useTemplate` made. */
export async function words(connection: ClientConfig): Promise<unknown[]> {
  return (await query(connection, 'select word from words')).map((row) => row['word']);
}

/** Runs one statement over a connection of its own and gives the rows. */
export async function query(connection: ClientConfig, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows;
  } finally {
    await client.end();
  }
}
