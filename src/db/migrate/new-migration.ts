import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileName, listMigrations, pathOf } from './files.ts';
import { MigrationError } from './migration-error.ts';

/**
 * Writes the pair of files of the next migration and answers their paths, up first.
 * Throws MigrationError where `name` is not lower-case letters, digits and underscores.
 */
export async function newMigration(directory: URL | string, name: string): Promise<string[]> {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new MigrationError(
      `"${name}" cannot name a migration: use lower-case letters, digits and underscores, a letter first`,
    );
  }
  const version = (await listMigrations(directory)).length + 1;
  const up = join(pathOf(directory), fileName(version, name, 'up'));
  const down = join(pathOf(directory), fileName(version, name, 'down'));
  await writeFile(up, upComment, { flag: 'wx' });
  await writeFile(down, downComment, { flag: 'wx' });
  return [up, down];
}

const upComment = `-- Why the schema changes, for whoever reads this in a year.
-- It runs in one transaction while the version before is still serving: migrations/README.md has the rules.
`;

const downComment = `-- Undoes the up file exactly, in the reverse order.
`;
