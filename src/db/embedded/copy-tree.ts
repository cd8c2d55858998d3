import { constants, lstatSync, readdirSync } from 'node:fs';
import { chmod, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { makeDraft } from './draft.ts';

/**
 * Copies the files of an installation so that everybody can read them and run its programs. The copy appears
 * whole or not at all; where another process makes the same copy meanwhile, one of the two stays.
 */
export async function copyTree(source: string, target: string): Promise<void> {
  const draft = makeDraft(dirname(target), basename(target));
  try {
    await copyInto(source, join(draft, 'whole'));
    // What is in the way and not whole is an earlier copy that lost files, as when the power failed after it
    // was made. Another process may put its copy there between our steps: then we look again.
    for (let replaced = 0; !(await takePlace(join(draft, 'whole'), target)); replaced++) {
      if (isCopyOf(source, target)) return;
      await rename(target, join(draft, `replaced-${replaced}`)).catch(ignoreMissing);
    }
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Whether `target` holds every file of `source` in its size. */
export function isCopyOf(source: string, target: string): boolean {
  return list(source, 'file').every((path) => {
    const copy = lstatSync(join(target, path), { throwIfNoEntry: false });
    return copy !== undefined && copy.size === lstatSync(join(source, path)).size;
  });
}

async function copyInto(source: string, target: string): Promise<void> {
  for (const path of list(source, 'directory')) {
    await mkdir(join(target, path), { recursive: true });
    await chmod(join(target, path), 0o755);
  }
  for (const path of list(source, 'file')) {
    const copy = join(target, path);
    await copyFile(join(source, path), copy, constants.COPYFILE_FICLONE);
    await chmod(copy, lstatSync(join(source, path)).mode & 0o111 ? 0o755 : 0o644);
  }
}

/** The paths below `directory`, relative to it, itself included; of libraries only those that programs load. */
function list(directory: string, kind: 'file' | 'directory'): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  if (kind === 'directory') return ['', ...entries.filter((entry) => entry.isDirectory()).map(path)];
  return entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.a')).map(path);

  function path({ parentPath, name }: { parentPath: string; name: string }): string {
    return relative(directory, join(parentPath, name));
  }
}

/** Whether `whole` became `target`: not where a directory with files stands already. */
async function takePlace(whole: string, target: string): Promise<boolean> {
  try {
    await rename(whole, target);
    return true;
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return false;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
