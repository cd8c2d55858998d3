import { statSync } from 'node:fs';
import { join } from 'node:path';
import { nightlyFiles } from '../backup/rotation.ts';
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
  const newest = nightlyFiles(backupDir).at(-1);
  const mend = `look for "backup" in the server's log; the server must run with WORKER=true and may write in ${backupDir}`;
  if (newest === undefined) return warning(name, `there is no backup in ${backupDir} yet`, mend);
  const age = now - statSync(join(backupDir, newest)).mtimeMs;
  const days = (age / dayMs).toFixed(1);
  if (age > 2 * dayMs) return problem(name, `the newest backup is ${days} days old`, mend);
  return ok(name, `the newest is ${newest}`);
}
