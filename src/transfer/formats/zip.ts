import { promisify } from 'node:util';
import { fromFd, type Entry, type Options, type ZipFile } from 'yauzl';
import type { Readable } from 'node:stream';
import { limits } from '../limits.ts';
import type { SourceFile } from '../source-file.ts';
import { fileProblem } from './row.ts';

/** A member of a zip, by the name that stands in it. */
export interface Member {
  name: string;
  /** Its bytes, unpacked. A member that is larger than it says, or damaged, breaks the stream. */
  content(): Promise<AsyncIterable<Buffer>>;
}

/**
 * The files in a zip, in its order. Refuses one with too many members or that says to be too large before anything is
 * unpacked (a "zip bomb"), and one that cannot be read as a zip.
 */
export async function membersOf(file: SourceFile): Promise<Member[]> {
  const zip = await opened(file);
  if (zip.entryCount > limits.zipMembers) {
    throw fileProblem('file_too_large', 'The zip has more than 100,000 members.');
  }
  const entries = await entriesOf(zip);
  const size = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (size > limits.unpacked) throw fileProblem('file_too_large', 'Unpacked, the zip is larger than 1 GiB.');
  return entries
    .filter((entry) => !entry.fileName.endsWith('/'))
    .map((entry) => ({ name: entry.fileName, content: () => contentOf(zip, entry) }));
}

async function opened({ handle }: SourceFile): Promise<ZipFile> {
  try {
    const open = promisify<number, Options, ZipFile>(fromFd);
    // It refuses absolute names, those with `..` in them, and members of another size than they say.
    return await open(handle.fd, { lazyEntries: true, autoClose: false });
  } catch (error) {
    throw damaged(error);
  }
}

function entriesOf(zip: ZipFile): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('error', (error) => reject(damaged(error)));
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

async function contentOf(zip: ZipFile, entry: Entry): Promise<AsyncIterable<Buffer>> {
  const stream = await new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => (error ? reject(damaged(error)) : resolve(opened)));
  });
  return checked(stream);
}

async function* checked(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(error: unknown) {
  const reason = error instanceof Error ? error.message : String(error);
  return fileProblem('file_damaged', `The zip cannot be read: ${reason}.`);
}
