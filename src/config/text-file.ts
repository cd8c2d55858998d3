import { readFileSync, statSync } from 'node:fs';
import { Wrong } from './errors.ts';

// Settings are short. What is longer was named by mistake, and a device would never end.
const largestBytes = 1024 * 1024;

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission is missing',
  EPERM: 'permission is missing',
};

/** The text of a small UTF-8 file, null where there is none. Throws Wrong, without path or content. */
export function readTextIfThere(path: string): string | null {
  try {
    return read(path);
  } catch (error) {
    if (error instanceof Wrong) throw error;
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new Wrong(`cannot be read: ${reasons[code] ?? code}`);
  }
}

/** The text of a small UTF-8 file. Throws Wrong, without path or content. */
export function readText(path: string): string {
  const text = readTextIfThere(path);
  if (text === null) throw new Wrong(`cannot be read: ${reasons['ENOENT']}`);
  return text;
}

function read(path: string): string {
  const stat = statSync(path);
  // Opening a pipe without a writer would wait for ever.
  if (!stat.isFile()) throw new Wrong('cannot be read: it is not a regular file');
  if (stat.size > largestBytes) throw new Wrong('is larger than 1 MiB');
  const bytes = readFileSync(path);
  try {
    // Takes a byte order mark off; refuses UTF-16, in which every name would be missed in silence.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Wrong('is not UTF-8 text');
  }
}
