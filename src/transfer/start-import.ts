import type { Sql } from '../db/sql.ts';
import { unauthenticated } from '../http/access.ts';
import type { FormatName } from './format-names.ts';
import type { MoodMap } from './mood-map.ts';
import { addChunk, createImport, type Accepted } from './queries.ts';
import { contentOf, type SourceFile } from './source-file.ts';

export interface ImportRequest {
  format: FormatName;
  dryRun: boolean;
  moodMap: MoodMap;
  /** Null where it was asked for on the machine itself. */
  ip: string | null;
}

const chunkBytes = 1024 * 1024;

/** Writes down that a file is to be imported, and the file with it; `sql` is a transaction. */
export async function startImport(
  sql: Sql,
  userId: string,
  file: SourceFile,
  request: ImportRequest,
): Promise<Accepted> {
  const row = await recordImport(sql, userId, file, request);
  let position = 0;
  for await (const chunk of chunksOf(file)) await addChunk(sql, userId, row.id, position++, chunk);
  return row;
}

/** The same without the file, for who has it at hand until the end. */
export async function recordImport(
  sql: Sql,
  userId: string,
  { hash }: SourceFile,
  { format, dryRun, moodMap, ip }: ImportRequest,
  state: 'queued' | 'running' = 'queued',
): Promise<Accepted> {
  const row = await createImport(sql, userId, format, dryRun, moodMap, hash, ip, state);
  if (row === undefined) throw unauthenticated();
  return row;
}

async function* chunksOf(file: SourceFile): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const part of contentOf(file)) {
    parts.push(part);
    length += part.length;
    if (length < chunkBytes) continue;
    yield Buffer.concat(parts);
    parts = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(parts);
}
