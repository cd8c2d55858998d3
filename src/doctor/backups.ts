import { statSync } from 'node:fs';
import { join } from 'node:path';
import { newestNightly } from '../backup/rotation.ts';
import { ok, problem, warning, type Finding } from './finding.ts';

const dayMs = 86_400_000;

/** Whether nightly backups are made, and came last night. */
export function backups(backupDir: string | null, now: number): Finding {
  const name = 'backups';
  if (backupDir === null) {
    return warning(
      name,
      'no nightly backups are made',
      'set BACKUP_DIR to a folder, best on another disk, and copy what is in it elsewhere',
    );
  }
  const newest = newestIn(backupDir, now);
  const mend = `look for "backup" in the server's log; the server must run with WORKER=true and may write in ${backupDir}`;
  if (newest instanceof Error) {
    return problem(
      name,
      `${backupDir} cannot be read: ${newest.message}`,
      'BACKUP_DIR must be a folder that the user who runs Daymark may read and write; run the doctor as that user',
    );
  }
  if (newest === undefined) return warning(name, `there is no backup in ${backupDir} yet`, mend);
  const age = now - newest.mtimeMs;
  const days = (age / dayMs).toFixed(1);
  if (age > 2 * dayMs) return problem(name, `the newest backup is ${days} days old`, mend);
  return ok(name, `the newest is ${newest.name}`);
}

/** The newest backup of a folder, or why that cannot be told. */
function newestIn(directory: string, now: number): { name: string; mtimeMs: number } | undefined | Error {
  try {
    const name = newestNightly(directory, new Date(now));
    return name === undefined ? undefined : { name, mtimeMs: statSync(join(directory, name)).mtimeMs };
  } catch (error) {
    return error as Error;
  }
}
