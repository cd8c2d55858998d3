import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ok, problem, warning, type Finding } from './finding.ts';

/** Files that hold secrets or diaries, and who else may read them. */
export function filePermissions(paths: { dataDir: string; backupDir: string | null; cwd: string }): Finding {
  const name = 'file permissions';
  const { dataDir, backupDir, cwd } = paths;
  const secret = [join(dataDir, 'secret.key'), join(dataDir, 'postgres'), join(cwd, '.env')].filter(isOpen);
  if (secret.length > 0) {
    return problem(
      name,
      `others on this machine can read ${secret.join(', ')}`,
      `chmod go-rwx ${secret.join(' ')}`,
    );
  }
  if (backupDir !== null && isOpen(backupDir)) {
    return warning(name, `others on this machine can look into ${backupDir}`, `chmod go-rwx ${backupDir}`);
  }
  return ok(name, 'secrets and diaries are for their owner alone');
}

function isOpen(path: string): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & 0o077) !== 0;
}
