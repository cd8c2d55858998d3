import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { exitCodes, StartError } from '../../exit.ts';

/** The folder of what waits: `$XDG_STATE_HOME/daymark` (XDG Base Directory Specification). */
export function stateFolder(env: NodeJS.ProcessEnv): string {
  const state = env['XDG_STATE_HOME'];
  // The specification: a path that is not absolute is to be ignored.
  const base = state?.startsWith('/') === true ? state : join(homedir(), '.local', 'state');
  return join(base, 'daymark');
}

/** The values in a file with one JSON value a line; none where there is no file. */
export async function readLines<T>(path: string): Promise<T[]> {
  try {
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as T);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    if (!(error instanceof SyntaxError)) throw error;
    throw new StartError(
      `${path} has a line that is no JSON; mend it or move the file away`,
      exitCodes.failed,
    );
  }
}

/**
 * Writes the file anew, for its owner alone to read, and removes it where there is nothing to write. Whenever
 * the power goes it is the old or the new one, and once this resolves it is the new one, on the disk.
 */
export async function writeLines(path: string, values: readonly object[]): Promise<void> {
  if (values.length === 0) return rm(path, { force: true });
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.new`;
  await syncedFile(draft, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  await rename(draft, path);
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
}

async function syncedFile(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
