import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupOptions } from './take.ts';
import { takeBackup } from './take.ts';
import { newestNightly, nightlyName, rotate } from './rotation.ts';
import { unwritable } from '../unwritable.ts';

export interface NightlyOptions extends Omit<BackupOptions, 'file' | 'onRows'> {
  directory: string;
  keep: number;
  now: () => Date;
}

/** A second one on the same night, by another node that shares the folder or by a retry, adds nothing. */
const leastApartMs = 12 * 3_600_000;

/**
 * Writes tonight's backup into the folder and removes those that are too old, once the new one is whole.
 * Gives the path of the new one; null where there is one from the last twelve hours. Throws StartError where the
 * folder cannot be made or written.
 */
export async function nightlyBackup({
  directory,
  keep,
  now,
  ...options
}: NightlyOptions): Promise<string | null> {
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw unwritable(error, directory);
  });
  const at = now();
  const newest = newestNightly(directory, at) ?? '';
  if (newest > nightlyName(new Date(at.getTime() - leastApartMs))) return null;
  const file = join(directory, nightlyName(at));
  await takeBackup({ ...options, file, onRows: () => undefined });
  const removed = rotate(directory, keep, at.getTime());
  options.log.info({ file, removed: removed.length }, 'nightly backup written');
  return file;
}
