import type { MigrationState } from '../db/migrate.ts';
import { ok, problem, warning, type Finding } from './finding.ts';

/** Whether the database has the schema of this program. */
export function migrationsApplied(states: readonly MigrationState[]): Finding {
  const name = 'migrations';
  const count = (state: MigrationState['state']) => states.filter((each) => each.state === state).length;
  if (count('unknown') > 0) {
    return problem(
      name,
      'the database was migrated by a newer Daymark',
      'use that one, or let it run "daymark migrate goto"',
    );
  }
  if (count('changed') > 0) {
    return problem(
      name,
      'a migration file is not the one that was applied',
      'restore the file; "daymark migrate status" names it',
    );
  }
  const pending = count('pending');
  if (pending > 0) {
    return warning(
      name,
      `${pending} of ${states.length} are not applied yet`,
      'the next "daymark serve" applies them, or "daymark migrate up"',
    );
  }
  return ok(name, `all ${states.length} are applied`);
}
