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
 * holds the word `kept`.
 */
export function useTemplate(): (name?: string) => string {
  let template = '';
  beforeAll(async () => {
    template = await templateOfRun();
  });
  return (name = 'data') => {
    const dataDir = join(scratch(), name);
    copyOf(template, dataDir);
    return dataDir;
  };
}

/** Makes the same at `dataDir`. */
export async function copyTemplate(dataDir: string): Promise<void> {
  copyOf(await templateOfRun(), dataDir);
}

/** A copy of one that is made once per run, since making one takes a second. */
function copyOf(template: string, dataDir: string): void {
  execFileSync('mkdir', ['-p', join(dataDir, '..')]);
  execFileSync('cp', ['-a', join(template, 'data'), dataDir]);
}

function templateOfRun(): Promise<string> {
  return oncePerRun(inject('embedded'), makeTemplate);
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
