import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { exitCodes, StartError } from '../exit.ts';
import { formatVersion, memberOf, parseManifest, type Manifest } from './manifest.ts';

/** A backup that is open for reading. */
export interface Archive {
  file: string;
  manifest: Manifest;
  /** The content of a table's member. */
  open(table: string): Promise<Readable>;
  close(): void;
}

// Names and checksums of some dozen tables: what is longer is no manifest.
const longestManifest = 4 * 1024 * 1024;

/** Opens a backup and reads what it says of itself. Throws StartError where it is none, or is cut or damaged. */
export async function openArchive(file: string): Promise<Archive> {
  const zip = await openPromise(file, { autoClose: false, lazyEntries: true }).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    const entries = await entriesOf(zip);
    const manifest = await readManifest(zip, entries.get('manifest.json'), file);
    const missing = manifest.tables.find(({ name }) => !entries.has(memberOf(name)));
    if (missing !== undefined) throw damaged(file, `the table ${missing.name} is missing`);
    return {
      file,
      manifest,
      open: (table) => zip.openReadStreamPromise(entries.get(memberOf(table)) as Entry),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error instanceof StartError ? error : damaged(file, messageOf(error));
  }
}

/** The error for a file that does not hold what it should; `what` completes "is damaged:". */
export function damaged(file: string, what: string): StartError {
  return new StartError(`${file} is damaged: ${what}; nothing was changed`, exitCodes.failed);
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.once('end', resolve);
    zip.once('error', reject);
    zip.readEntry();
  });
  return entries;
}

async function readManifest(zip: ZipFile, entry: Entry | undefined, file: string): Promise<Manifest> {
  if (entry === undefined || entry.uncompressedSize > longestManifest) throw noBackup(file);
  const bytes = await buffer(await zip.openReadStreamPromise(entry));
  if (crc32(bytes) !== entry.crc32) throw damaged(file, 'the checksum of its manifest is another');
  const manifest = parseManifest(bytes.toString('utf8'));
  if (manifest === null) throw noBackup(file);
  if (manifest.format_version > formatVersion) {
    throw new StartError(
      `${file} was made by Daymark ${manifest.daymark} in a newer format; restore it with that version or a later one`,
      exitCodes.failed,
    );
  }
  return manifest;
}

function noBackup(file: string): StartError {
  return new StartError(`${file} is no backup of Daymark`, exitCodes.failed);
}

function unreadable(file: string, error: unknown): StartError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new StartError(`there is no file ${file}`, exitCodes.failed);
  if (code !== undefined) return new StartError(`cannot read ${file}: ${code}`, exitCodes.failed);
  return new StartError(
    `${file} is no backup of Daymark, or was cut off (${messageOf(error)}); nothing was changed`,
    exitCodes.failed,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
