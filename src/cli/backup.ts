import { resolve } from 'node:path';
import { statSync } from 'node:fs';
import type { Manifest } from '../backup/manifest.ts';
import { takeBackup } from '../backup/take.ts';
import { findSecretKey } from '../secret-key.ts';
import { packageVersion } from '../version.ts';
import { withInstallation } from './installation.ts';
import { showProgress } from './progress.ts';

/** `backup <file>` */
export function backup(name: string, { json = false }: { json?: boolean }): Promise<void> {
  const file = resolve(name);
  return withInstallation(async ({ config, direct, log, signal }) => {
    const progress = showProgress();
    const secretKey = findSecretKey(config.secretKey, config.dataDir);
    const manifest = await takeBackup({
      connection: direct,
      file,
      log,
      signal,
      version: packageVersion(),
      secretKey,
      onRows: (table, rows, of) => progress.rows(table, rows, of),
    }).finally(() => progress.end());
    if (json) console.log(JSON.stringify({ file, bytes: statSync(file).size, manifest }, null, 2));
    else console.log(summary(file, manifest));
    const key = config.secretKey === null ? `${config.dataDir}/secret.key` : 'SECRET_KEY';
    process.stderr.write(
      `Keep ${key} too, in another place: it is not in the backup, and webhook secrets cannot be read without it.\n`,
    );
  });
}

function summary(file: string, { taken_at, tables }: Manifest): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const size = (statSync(file).size / 1e6).toFixed(1);
  return `backed up ${rows} rows of ${tables.length} tables as of ${taken_at} to ${file} (${size} MB)`;
}
