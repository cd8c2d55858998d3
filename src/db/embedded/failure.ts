import { exitCodes, StartError } from '../../exit.ts';

/**
 * The StartError for what a program of PostgreSQL wrote before it failed: a full disk by its name, anything
 * else by the last line that says something. `attempt` completes "PostgreSQL could not …".
 */
export function failureOf(output: string, attempt: string, dataDir: string): StartError {
  if (/No space left on device|Disk quota exceeded/i.test(output)) return diskFull(dataDir);
  return new StartError(`PostgreSQL could not ${attempt}: ${lastMeaningful(output)}`, exitCodes.failed);
}

/** The StartError for an error of the file system, naming DATA_DIR. */
export function fileFailure(error: unknown, attempt: string, dataDir: string): StartError {
  if (error instanceof StartError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(dataDir);
  const reason = reasons[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
  return new StartError(
    `DATA_DIR: cannot ${attempt}: ${reason}; set DATA_DIR to a directory that can be written`,
    exitCodes.configuration,
  );
}

/** The StartError for a disk without room, whoever ran into it. */
export function diskFull(dataDir: string): StartError {
  return new StartError(
    `the disk that holds ${dataDir} is full; make room and start again`,
    exitCodes.failed,
  );
}

const reasons: Partial<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is no directory',
  EEXIST: 'there is a file of that name',
};

/** PostgreSQL explains itself at FATAL and PANIC, initdb after "error:"; what follows those is aftermath. */
function lastMeaningful(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const verdict = lines.findLastIndex(
    (line) => /\b(FATAL|PANIC): {2}/.test(line) && !/(starting up|shutting down)$/.test(line),
  );
  // These two only sum up; what is wrong stands before them.
  const isSummary = /contains errors$|could not create any/.test(lines[verdict] ?? '');
  const line =
    lines[isSummary ? verdict - 1 : verdict] ??
    lines.findLast((each) => /error: /.test(each)) ??
    lines.at(-1) ??
    'it said nothing';
  return line.replace(/^.*?\b(FATAL|PANIC|LOG): +/, '').trim();
}
