import { normalizeEmail } from '../accounts/email.ts';
import type { Database } from '../db/connect.ts';
import { exitCodes, StartError } from '../exit.ts';
import { importAllUsers, type MoveReport } from '../transfer/all-users.ts';
import type { MoodNames } from '../transfer/formats/row.ts';
import type { SourceFile } from '../transfer/source-file.ts';
import { showProgress } from './progress.ts';

export interface MoveCommand {
  moods: MoodNames;
  adoptOrphans?: string;
  dryRun?: boolean;
  json?: boolean;
  signal: AbortSignal;
}

/** `import data.db --all-users` */
export async function moveInstallation(
  db: Database,
  file: SourceFile,
  { moods, adoptOrphans, dryRun = false, json = false, signal }: MoveCommand,
): Promise<void> {
  if (dryRun) throw new StartError('--dry-run does not go with --all-users', exitCodes.usage);
  const progress = showProgress();
  const onProgress = (done: number, total: number) => progress.rows('entries', done, total);
  const adopterEmail = adoptOrphans === undefined ? null : normalizeEmail(adoptOrphans);
  if (adopterEmail === null && adoptOrphans !== undefined)
    throw new StartError(`"${adoptOrphans}" is not an e-mail address`, exitCodes.usage);
  const report = await importAllUsers(db, file, {
    ...{ moods, signal, onProgress, adopterEmail },
  }).finally(() => progress.end());
  console.log(json ? JSON.stringify(report, null, 2) : summary(report));
}

function summary({ accounts, entries, orphans }: MoveReport): string {
  const told = [...accounts.errors.map((each) => ({ ...each, what: 'account' }))];
  told.push(...entries.errors.slice(0, 20).map((each) => ({ ...each, what: 'entry' })));
  const fate = orphans.adopted > 0 ? 'adopted' : 'left out; --adopt-orphans <email> gives them to somebody';
  return [
    `accounts: ${accounts.created} made, ${accounts.present} were there already`,
    `entries: ${entries.total} rows, ${entries.created} made, ${entries.skipped} were there already, ${entries.error_count} refused`,
    ...(orphans.count > 0
      ? [
          `entries of nobody: ${orphans.count}, ${fate} (rows ${orphans.rows.slice(0, 20).join(', ')}${orphans.count > 20 ? ', …' : ''})`,
        ]
      : []),
    ...told.map(({ what, row, detail }) => `  ${what} ${row}: ${detail}`),
  ].join('\n');
}
