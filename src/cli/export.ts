import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { findAccount } from '../accounts/operator.ts';
import type { ExportFormat } from '../transfer/export-formats.ts';
import { exportTo } from '../transfer/export.ts';
import { addExportEvent } from '../transfer/export-queries.ts';
import { withDatabase } from './installation.ts';

/** `export` */
export async function exportAccount({
  user,
  format,
  output,
}: {
  user: string;
  format: ExportFormat;
  output?: string;
}): Promise<void> {
  await withDatabase(async (db) => {
    const { user_id: userId } = await findAccount(db, user);
    await addExportEvent(db, userId, format, null);
    if (output === undefined) {
      // Standard output is not to be closed by what is written to it.
      const out = new PassThrough();
      out.pipe(process.stdout, { end: false });
      await exportTo(db, userId, format, out);
      return;
    }
    // A file under the name that was asked for is a whole one.
    const partial = `${output}.partial`;
    try {
      await exportTo(db, userId, format, createWriteStream(partial, { mode: 0o600 }));
      await rename(partial, output);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
    process.stderr.write(`wrote ${output}\n`);
  });
}
