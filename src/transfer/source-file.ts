import { createHash } from 'node:crypto';
import { mkdtemp, open, rm, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file to be read as often as a format needs. */
export interface SourceFile {
  handle: FileHandle;
  /** In bytes. */
  size: number;
  /** SHA-256 of all of it. */
  hash: Buffer;
  close(): Promise<void>;
}

const blockBytes = 64 * 1024;

/**
 * Writes what comes into a file of its own and reads it back at will. The file has no name from the start: however this
 * process ends, nothing of a diary stays on the disk. `onBytes` hears of the size so far and may throw.
 */
export async function spool(
  content: AsyncIterable<Buffer>,
  onBytes: (size: number) => void = () => undefined,
): Promise<SourceFile> {
  const handle = await namelessFile();
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of content) {
      size += chunk.length;
      onBytes(size);
      hash.update(chunk);
      await writeAll(handle, chunk);
    }
    return { handle, size, hash: hash.digest(), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A file where it lies. Rejects as `open` does. */
export async function openFile(path: string): Promise<SourceFile> {
  const handle = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of contentOf({ handle })) {
      size += chunk.length;
      hash.update(chunk);
    }
    return { handle, size, hash: hash.digest(), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * The bytes of a file from its beginning. No stream of Node's: one that is not read to its end closes the handle, and
 * `autoClose` does not keep it from that.
 */
export async function* contentOf({ handle }: Pick<SourceFile, 'handle'>): AsyncGenerator<Buffer, undefined> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(blockBytes), 0, blockBytes, position);
    if (bytesRead === 0) return undefined;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}

/** The first bytes of a file, at most `length`. */
export async function beginningOf({ handle }: SourceFile, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, 0);
  return buffer.subarray(0, bytesRead);
}

async function namelessFile(): Promise<FileHandle> {
  const directory = await mkdtemp(join(tmpdir(), 'daymark-'));
  try {
    const path = join(directory, 'file');
    const handle = await open(path, 'wx+', 0o600);
    await unlink(path);
    return handle;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function writeAll(handle: FileHandle, chunk: Buffer): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    written += (await handle.write(chunk, written)).bytesWritten;
  }
}
