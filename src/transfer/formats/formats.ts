import type { FormatName } from '../format-names.ts';
import type { SourceFile } from '../source-file.ts';
import { csv } from './csv.ts';
import { daylioBackup } from './daylio-backup.ts';
import { daylioCsv } from './daylio-csv.ts';
import { daymark } from './daymark.ts';
import { dayOne, isZip } from './dayone.ts';
import { journiv } from './journiv.ts';
import { jrnl } from './jrnl.ts';
import type { Reading, Rows } from './row.ts';
import { sqlite } from './sqlite.ts';

/** A format that is read: its rows in the order of the file. Throws a Problem where the file cannot be read on. */
export type Format = (file: SourceFile, reading: Reading) => Rows;

/** Every format by the name that the contract gives it. */
export const formats = {
  daymark,
  csv,
  async *daylio(file, reading) {
    yield* (await isZip(file)) ? daylioBackup(file, reading) : daylioCsv(file, reading);
  },
  dayone: dayOne,
  journiv,
  jrnl,
  sqlite,
} satisfies Record<FormatName, Format>;
