import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const pattern = /^daymark-\d{8}T\d{6}Z\.zip$/;
const hourMs = 3_600_000;

/** The name of a nightly backup: `daymark-20261125T021500Z.zip`. */
export function nightlyName(at: Date): string {
  return `daymark-${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z.zip`;
}

/** The nightly backups in a folder, oldest first; nothing else that lies there. */
export function nightlyFiles(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => pattern.test(name))
    .sort();
}

/** The name of the newest that is not of the future, as of a clock that was ahead once. */
export function newestNightly(directory: string, at: Date): string | undefined {
  const now = nightlyName(at);
  return nightlyFiles(directory).findLast((name) => name <= now);
}

/** Removes all but the newest `keep` nightly backups, and what a killed process left half written. */
export function rotate(directory: string, keep: number, now: number): string[] {
  const old = nightlyFiles(directory).slice(0, -keep);
  const abandoned = readdirSync(directory).filter(
    (name) =>
      name.endsWith('.partial') &&
      pattern.test(name.slice(0, -'.partial'.length)) &&
      now - statSync(join(directory, name)).mtimeMs > 24 * hourMs,
  );
  for (const name of [...old, ...abandoned]) rmSync(join(directory, name), { force: true });
  return old;
}
