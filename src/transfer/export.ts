import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../db/connect.ts';
import type { Sql } from '../db/sql.ts';
import type { ExportFormat } from './export-formats.ts';
import { csvLines } from './export-csv.ts';
import { markdownZip } from './export-markdown.ts';
import { pageRows } from './pages.ts';
import { exportLines, exportManifest } from './export-queries.ts';
import { inSnapshot } from './snapshot.ts';

/** The formats of an export, and how each is called on the way out. */
export const exportFiles = {
  daymark: { type: 'application/x-ndjson', extension: 'jsonl', content: daymarkLines },
  csv: { type: 'text/csv; charset=utf-8', extension: 'csv', content: csvLines },
  markdown: { type: 'application/zip', extension: 'zip', content: markdownZip },
} satisfies Record<ExportFormat, { type: string; extension: string; content: Content }>;

/** A whole account, page by page; never more than one page is in memory. */
type Content = (sql: Sql, userId: string) => AsyncIterable<string | Buffer>;

export interface ExportOptions {
  /** Aborting it ends the export. */
  signal?: AbortSignal;
  /** How long `out` may take nothing; as long as PostgreSQL lets the snapshot lie. */
  patienceMs?: number;
}

/**
 * Writes all of an account as it is now to `out`, as fast as that takes it. Holds one connection for as long; rejects
 * where `out` ends before, where it takes nothing for `patienceMs`, a minute, or when `signal` fires.
 */
export function exportTo(
  db: Database,
  userId: string,
  format: ExportFormat,
  out: Writable,
  { signal, patienceMs = 60_000 }: ExportOptions = {},
): Promise<void> {
  const { content } = exportFiles[format];
  return inSnapshot(db, async (sql) => {
    // PostgreSQL ends the snapshot of a reader who stops, but what waits for the reader would not hear of it.
    const stopped = setTimeout(() => out.destroy(new Error('who reads the export took nothing')), patienceMs);
    const parts = onEach(content(sql, userId), () => stopped.refresh());
    try {
      await pipeline(Readable.from(parts), out, signal === undefined ? {} : { signal });
    } finally {
      clearTimeout(stopped);
    }
  });
}

/** Passes parts on and tells of each before. */
async function* onEach(parts: AsyncIterable<string | Buffer>, tell: () => void) {
  for await (const part of parts) {
    tell();
    yield part;
  }
}

/** Our own format, which gives everything back: a manifest, then an entry a line, with the trash. */
async function* daymarkLines(sql: Sql, userId: string): AsyncGenerator<string> {
  yield `${(await exportManifest(sql, userId)).manifest}\n`;
  let after: string | null = null;
  do {
    const page: { lines: string | null; last: string | null } = await exportLines(
      sql,
      userId,
      after,
      pageRows,
    );
    if (page.lines !== null) yield page.lines;
    after = page.last;
  } while (after !== null);
}
