import { open, rename, rm } from 'node:fs/promises';
import { PassThrough, type Writable } from 'node:stream';
import { findAccount } from '../accounts/operator.ts';
import type { ExportFormat } from '../transfer/export-formats.ts';
import { exportTo } from '../transfer/export.ts';
import { addExportEvent } from '../transfer/export-queries.ts';
import { unwritable } from '../unwritable.ts';
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
  await withDatabase(async (db, { signal }) => {
    const { user_id: userId } = await findAccount(db, user);
    await addExportEvent(db, userId, format, null);
    if (output === undefined) {
      // Standard output is not to be closed by what is written to it.
      const out = new PassThrough();
      out.pipe(process.stdout, { end: false });
      await exportTo(db, userId, format, out, { signal });
      return;
    }
    await toFile(output, (out) => exportTo(db, userId, format, out, { signal }));
    process.stderr.write(`wrote ${output}\n`);
  });
}

/** A file under the name that was asked for is a whole one. */
async function toFile(path: string, write: (out: Writable) => Promise<void>): Promise<void> {
  const partial = `${path}.partial`;
  try {
    const file = await open(partial, 'w', 0o600);
    try {
      await write(file.createWriteStream());
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw unwritable(error, path);
  }
}
