import { Problem } from '../http/problem.ts';
import type { FormatName } from './format-names.ts';
import { csvTable } from './formats/csv-records.ts';
import { formats } from './formats/formats.ts';
import type { Reading } from './formats/row.ts';
import type { SourceFile } from './source-file.ts';

/** How many rows a file has, as far as it can be read. Rejects with the reason of `signal`. */
export async function countRows(
  format: FormatName,
  file: SourceFile,
  reading: Reading,
  signal: AbortSignal | undefined,
): Promise<number> {
  let total = 0;
  try {
    for await (const block of await recordsOf(format, file, reading)) {
      total += block.length;
      signal?.throwIfAborted();
    }
  } catch (error) {
    // It comes again where the rows are read for good.
    if (!(error instanceof Problem)) throw error;
  }
  return total;
}

/** Every record of a table is a row, and to understand one takes twice as long as to find its end. */
async function recordsOf(
  format: FormatName,
  file: SourceFile,
  reading: Reading,
): Promise<AsyncIterable<unknown[]>> {
  return format === 'csv' ? (await csvTable(file)).blocks : formats[format](file, reading);
}
