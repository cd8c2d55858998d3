import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientConfig } from 'pg';
import { beforeAll, inject } from 'vitest';
import { startEmbedded } from '../../src/db/embedded/start.ts';
import { onServer } from '../database.ts';
import { oncePerRun } from '../once-per-run.ts';
import { scratch, settings, silent } from './scratch.ts';

/**
 * For the tests of one file: gives a function that makes a data directory with an initialised database, which
 * holds the word `kept`; a copy of one that is made once per run, since making one takes a second.
 */
export function useTemplate(): (name?: string) => string {
  let directory = '';
  beforeAll(async () => {
    directory = await oncePerRun(inject('embedded'), makeTemplate);
  });
  return (name = 'data') => {
    const dataDir = join(scratch(), name);
    execFileSync('mkdir', ['-p', join(dataDir, '..')]);
    execFileSync('cp', ['-a', join(directory, 'data'), dataDir]);
    return dataDir;
  };
}

async function makeTemplate(directory: string): Promise<void> {
  chmodSync(directory, 0o755);
  const dataDir = join(directory, 'data');
  const embedded = await startEmbedded({ dataDir, purpose: 'serve', log: silent, settings });
  await onServer(`create table words as select 'kept' as word`, embedded.connection);
  await embedded.stop();
}

/** The words in the database of a data directory that `useTemplate` made. */
export async function words(connection: ClientConfig): Promise<unknown[]> {
  return (await onServer<{ word: string }>('select word from words', connection)).map((row) => row.word);
}
