import { isOf, readMigrations } from '../db/migrate.ts';
import { exitCodes, StartError } from '../exit.ts';
import type { Archive } from './read-archive.ts';

/**
 * The schema version of a backup. Throws StartError where this program does not know it: the backup is of a
 * newer Daymark, or of one whose migrations were others.
 */
export async function versionOf({ file, manifest }: Archive, migrations: URL | string): Promise<number> {
  const known = await readMigrations(migrations);
  const version = manifest.migrations.length;
  if (version > known.length) {
    throw new StartError(
      `${file} has version ${version} of the schema, this Daymark knows up to ${known.length}; ` +
        `restore it with Daymark ${manifest.daymark} or later`,
      exitCodes.failed,
    );
  }
  const other = manifest.migrations.find(({ checksum }, index) => {
    const migration = known[index];
    return migration === undefined || !isOf(checksum, migration);
  });
  if (other !== undefined) {
    throw new StartError(
      `${file} was made with another migration ${other.version} (${other.name}) than this Daymark has; ` +
        `restore it with the Daymark that made it (${manifest.daymark})`,
      exitCodes.failed,
    );
  }
  return version;
}
