import { Problem } from '../http/problem.ts';
import type { FormatName } from './format-names.ts';
import { countRecords } from './formats/count-records.ts';
import { delimiterOf } from './formats/csv-records.ts';
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
  // Every record of a table but its first is a row, and where it ends is all that is asked here.
  if (format === 'csv') return Math.max(0, (await countRecords(file, await delimiterOf(file), signal)) - 1);
  let total = 0;
  try {
    for await (const block of formats[format](file, reading)) {
      total += block.length;
      signal?.throwIfAborted();
    }
  } catch (error) {
    // It comes again where the rows are read for good.
    if (!(error instanceof Problem)) throw error;
  }
  return total;
}
