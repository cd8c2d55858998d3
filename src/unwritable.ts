import { exitCodes, StartError } from './exit.ts';

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

/** What writing the file `path` has thrown, as a StartError where the file is what failed, and else as it came. */
export function unwritable(error: unknown, path: string): unknown {
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  const reason = syscall === undefined || syscall === 'connect' ? undefined : reasons[code];
  return reason === undefined ? error : new StartError(`cannot write ${path}: ${reason}`, exitCodes.failed);
}
