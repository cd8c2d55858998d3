import { fileName, isOf, title, type Migration } from './files.ts';
import type { Applied } from './history.ts';
import { MigrationError } from './migration-error.ts';
import { splitStatements, type SqlStatement } from './split-statements.ts';

/** One file to run. */
export interface Step {
  migration: Migration;
  direction: 'up' | 'down';
  file: string;
  sql: string;
  statements: SqlStatement[];
  transaction: boolean;
}

/**
 * The files that lead from what was applied to version `target`, in order; none where it is there already.
 * Throws MigrationError where an applied file was changed, the database has versions that have no file
 * here or has them with gaps, there is no such target, or a file to run holds no statement.
 */
export function plan(migrations: Migration[], history: Applied[], target: number | 'latest'): Step[] {
  const latest = migrations.length;
  const goal = target === 'latest' ? latest : target;
  if (!Number.isInteger(goal) || goal < 0 || goal > latest) {
    throw new MigrationError(`there is no migration ${goal}: give a version from 0 to ${latest}`);
  }
  checkHistory(migrations, history);
  const at = history.length;
  return goal >= at
    ? migrations.slice(at, goal).map((migration) => stepOf(migration, 'up'))
    : migrations
        .slice(goal, at)
        .reverse()
        .map((migration) => stepOf(migration, 'down'));
}

/** True where the file of an applied migration is not the one that was applied. */
export function changed(migration: Migration, applied: Applied): boolean {
  return migration.name !== applied.name || !isOf(applied.checksum, migration);
}

function checkHistory(migrations: Migration[], history: Applied[]): void {
  const at = history.at(-1)?.version ?? 0;
  if (at > migrations.length) {
    throw new MigrationError(
      `the database is at ${at}, this Daymark knows up to ${migrations.length}: use the newer Daymark, ` +
        `or let the newer one bring the database back with "daymark migrate goto ${migrations.length}"`,
    );
  }
  history.forEach((applied, index) => {
    const migration = migrations[index];
    if (migration?.version !== applied.version) {
      throw new MigrationError(
        `schema_migrations lists version ${applied.version} but not ${index + 1}: ` +
          'restore its missing row, or the database from a backup',
      );
    }
    if (changed(migration, applied)) throw new MigrationError(changedFile(migration, applied));
  });
}

function changedFile({ version, name }: Migration, applied: Applied): string {
  const file = fileName(version, name, 'up');
  return applied.name === name
    ? `${file} was changed after it was applied (${applied.applied_at}): ` +
        'restore the file as it was, and make the change in a new migration'
    : `${file} is not what this database had as version ${version}, which was ` +
        `${title(version, applied.name)} (${applied.applied_at}): restore that file, or give the new one the next number`;
}

function stepOf(migration: Migration, direction: 'up' | 'down'): Step {
  const file = fileName(migration.version, migration.name, direction);
  const sql = migration[direction];
  const statements = splitStatements(sql);
  if (statements.length === 0) {
    throw new MigrationError(`${file} holds no statement: write it, or "select 1" with the reason`);
  }
  return { migration, direction, file, sql, statements, transaction: migration[`${direction}Transaction`] };
}
