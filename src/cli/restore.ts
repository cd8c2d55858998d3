import { resolve } from 'node:path';
import { releaseDeliveries } from '../backup/deliveries.ts';
import { keyCheck } from '../backup/key-check.ts';
import type { Manifest } from '../backup/manifest.ts';
import { openArchive, type Archive } from '../backup/read-archive.ts';
import { restoreBackup } from '../backup/restore.ts';
import { withQuietSchema } from '../backup/session.ts';
import type { Contents } from '../backup/target.ts';
import { verifyArchive } from '../backup/verify.ts';
import type { Config } from '../config.ts';
import { exitCodes, StartError } from '../exit.ts';
import { migrations } from '../migrations.ts';
import { findSecretKey } from '../secret-key.ts';
import { confirm } from './confirm.ts';
import { withInstallation } from './installation.ts';
import { untilInterrupted } from './interrupt.ts';
import { showProgress } from './progress.ts';

interface RestoreOptions {
  check?: boolean;
  force?: boolean;
  resumeDeliveries?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** `restore [file]`: without a file only the deliveries that an earlier restore held back are let go. */
export async function restore(name: string | undefined, options: RestoreOptions): Promise<void> {
  if (name === undefined) return release(options);
  const archive = await openArchive(resolve(name));
  try {
    await (options.check === true ? check(archive) : restoreInto(archive, options));
    if (options.json === true) console.log(JSON.stringify({ manifest: archive.manifest }, null, 2));
    else console.log(summary(archive, options));
  } finally {
    archive.close();
  }
}

async function release({ resumeDeliveries = false }: RestoreOptions): Promise<void> {
  if (!resumeDeliveries) throw new StartError('name the file of a backup', exitCodes.usage);
  await withInstallation(async (opened) => {
    const count = await withQuietSchema({ ...opened, connection: opened.direct }, releaseDeliveries);
    console.log(`${count} webhook deliveries go out within a minute of the next start`);
  });
}

async function check(archive: Archive): Promise<void> {
  const progress = showProgress();
  await untilInterrupted((signal) =>
    verifyArchive(archive, (table, rows, of) => progress.rows(table, rows, of), signal),
  ).finally(() => progress.end());
}

function restoreInto(archive: Archive, options: RestoreOptions): Promise<void> {
  return withInstallation(async ({ config, direct, log, signal }) => {
    const progress = showProgress();
    const held = await restoreBackup(archive, {
      connection: direct,
      migrations,
      log,
      signal,
      onRows: (table, rows, of) => progress.rows(table, rows, of),
      resumeDeliveries: options.resumeDeliveries === true,
      mayDestroy: (contents) => mayDestroy(contents, options),
    }).finally(() => progress.end());
    if (held > 0) {
      process.stderr.write(
        `${held} webhook deliveries are held back; "daymark restore --resume-deliveries" lets them go\n`,
      );
    }
    remindOfKey(archive.manifest, config);
  });
}

function mayDestroy({ users, entries }: Contents, { force = false, yes = false }: RestoreOptions) {
  const what = `${users} accounts with ${entries} entries`;
  if (force) return confirm(`This destroys what is in the database: ${what}.`, { yes });
  throw new StartError(
    `the database is not empty: it holds ${what}; --force replaces them`,
    exitCodes.failed,
  );
}

/** Everything works with another key, but for what was encrypted with the old one. */
function remindOfKey({ key_check }: Manifest, { secretKey, dataDir }: Config): void {
  const key = findSecretKey(secretKey, dataDir);
  if (key_check === null || (key !== null && keyCheck(key) === key_check)) return;
  const place = secretKey === null ? `${dataDir}/secret.key` : 'SECRET_KEY';
  process.stderr.write(
    key === null
      ? `Before the first start put the key of the old installation in ${place}: webhook secrets cannot be read without it.\n`
      : `The key in ${place} is not the one of the backed-up installation: its webhook secrets cannot be read, and cursors and idempotency keys of before are void. Put the old key there if you have it.\n`,
  );
}

function summary({ file, manifest }: Archive, { check = false }: RestoreOptions): string {
  const { tables, taken_at } = manifest;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return `${check ? `${file} is whole:` : 'restored'} ${rows} rows of ${tables.length} tables as of ${taken_at}`;
}
