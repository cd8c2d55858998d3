import type { Database } from '../db/connect.ts';
import { importAllUsers, type MoveReport } from '../transfer/all-users.ts';
import type { MoodNames } from '../transfer/formats/row.ts';
import type { SourceFile } from '../transfer/source-file.ts';
import { showProgress } from './progress.ts';

export interface MoveCommand {
  moods: MoodNames;
  /** Who gets the entries of nobody. */
  adopterEmail: string | null;
  json?: boolean;
  signal: AbortSignal;
}

/** `import data.db --all-users` */
export async function moveInstallation(
  db: Database,
  file: SourceFile,
  { moods, adopterEmail, json = false, signal }: MoveCommand,
): Promise<void> {
  const progress = showProgress();
  const onProgress = (done: number, total: number) => progress.rows('entries', done, total);
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
