import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ok, problem, warning, type Finding } from './finding.ts';

/** Files that hold secrets or diaries, and who else may read them. */
export function filePermissions(paths: { dataDir: string; backupDir: string | null; cwd: string }): Finding {
  const name = 'file permissions';
  const { dataDir, backupDir, cwd } = paths;
  const secrets = [join(dataDir, 'secret.key'), join(dataDir, 'postgres'), join(cwd, '.env')];
  const secret = secrets.filter((path) => modeOf(path) === 'open');
  if (secret.length > 0) {
    return problem(
      name,
      `others on this machine can read ${secret.join(', ')}`,
      `chmod go-rwx ${secret.join(' ')}`,
    );
  }
  const unknown = [...secrets, ...(backupDir === null ? [] : [backupDir])].filter(
    (path) => modeOf(path) === 'unknown',
  );
  if (unknown.length > 0) {
    return warning(
      name,
      `who can read ${unknown.join(', ')} cannot be told`,
      'run the doctor as the user who runs Daymark, and see that each is a file or a folder',
    );
  }
  if (backupDir !== null && modeOf(backupDir) === 'open') {
    return warning(name, `others on this machine can look into ${backupDir}`, `chmod go-rwx ${backupDir}`);
  }
  return ok(name, 'secrets and diaries are for their owner alone');
}

/** Whether others may do anything with what is at a path; what is not there is closed. */
function modeOf(path: string): 'open' | 'closed' | 'unknown' {
  try {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
    return (mode & 0o077) === 0 ? 'closed' : 'open';
  } catch {
    return 'unknown';
  }
}
