import { open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { exitCodes, StartError } from '../exit.ts';

/**
 * Writes a file that appears under its name only when it is whole and on the disk; its owner alone may read it.
 * An earlier backup of that name is replaced, any other file is not. Throws StartError where it cannot be written.
 */
export async function writeWhole(
  path: string,
  contentOf: () => Readable,
  signal: AbortSignal,
): Promise<void> {
  const partial = `${path}.partial`;
  try {
    await refuseOtherFile(path);
    const file = await open(partial, 'w', 0o600);
    try {
      await file.chmod(0o600);
      await writeFile(file, contentOf(), { signal });
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
    await syncFolder(path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw explained(error, path);
  }
}

/** A mistyped name must not cost somebody a file: a backup begins as every zip archive does. */
async function refuseOtherFile(path: string): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    if (bytesRead === 0 || buffer.toString() === 'PK') return;
  } finally {
    await file.close();
  }
  throw new StartError(`${path} is there already and is no backup; choose another name`, exitCodes.failed);
}

/** Without this the new name itself could be lost with the power. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const reasons: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission is missing',
  EPERM: 'permission is missing',
  EROFS: 'the file system is read-only',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  EEXIST: 'there is a file of that name',
};

/** What stopped the writing of `path`, in a sentence; any error that is not of the file system as it is. */
export function explained(error: unknown, path: string): unknown {
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  const reason = syscall === undefined || syscall === 'connect' ? undefined : reasons[code];
  return reason === undefined ? error : new StartError(`cannot write ${path}: ${reason}`, exitCodes.failed);
}
