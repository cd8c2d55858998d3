import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder with these files, removed after the test. */
export async function folderOf(files: Record<string, string | Uint8Array>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'daymark-migrations-'));
  onTestFinished(() => rm(path, { recursive: true }));
  await Promise.all(Object.entries(files).map(([file, text]) => writeFile(join(path, file), text)));
  return path;
}

/** A folder of migrations given as [up, down], numbered from 1: `0001_first`, `0002_second`, … */
export function migrationsOf(...pairs: [up: string, down: string][]): Promise<string> {
  const stems = ['0001_first', '0002_second', '0003_third', '0004_fourth'];
  const files = pairs.flatMap(([up, down], index) => [
    [`${stems[index]}.up.sql`, up],
    [`${stems[index]}.down.sql`, down],
  ]);
  return folderOf(Object.fromEntries(files) as Record<string, string>);
}
