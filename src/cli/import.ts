import type { Static } from 'typebox';
import { normalizeEmail } from '../accounts/email.ts';
import { findAccount } from '../accounts/operator.ts';
import type { Database } from '../db/connect.ts';
import { exitCodes, StartError } from '../exit.ts';
import type { FormatName } from '../transfer/format-names.ts';
import { identify } from '../transfer/identify.ts';
import { moodNames, parseMoodMap } from '../transfer/mood-map.ts';
import { findBrokenOff, findImport } from '../transfer/queries.ts';
import { runImport } from '../transfer/run-import.ts';
import type { importSchema } from '../transfer/schemas.ts';
import { openFile, type SourceFile } from '../transfer/source-file.ts';
import { recordImport } from '../transfer/start-import.ts';
import { announceImport } from '../webhooks/announce.ts';
import { moveInstallation } from './import-all.ts';
import { withDatabase } from './installation.ts';
import { showProgress } from './progress.ts';

export interface ImportOptions {
  user?: string;
  format: FormatName | 'auto';
  moodMap: string;
  dryRun?: boolean;
  allUsers?: boolean;
  adoptOrphans?: string;
  json?: boolean;
}

type Report = Static<typeof importSchema>;

/** `import <file>` */
export async function importFile(name: string, options: ImportOptions): Promise<void> {
  const { user, allUsers = false } = options;
  refuseContradictions(options);
  const adopterEmail = adopterOf(options);
  const moodMap = parseMoodMap(options.moodMap);
  const file = await opened(name);
  try {
    const format = await identify(file, allUsers ? 'sqlite' : options.format);
    await withDatabase(async (db, { signal }) => {
      if (user === undefined) {
        await moveInstallation(db, file, { ...options, adopterEmail, moods: moodNames(moodMap), signal });
        return;
      }
      const request = { format, dryRun: options.dryRun ?? false, moodMap, ip: null };
      const report = await importForOne(db, user, file, request, signal);
      console.log(options.json === true ? JSON.stringify(report, null, 2) : summary(report, request.dryRun));
      if (report.state !== 'finished') process.exitCode = exitCodes.failed;
    });
  } finally {
    await file.close();
  }
}

function refuseContradictions({ user, format, allUsers = false, adoptOrphans, dryRun }: ImportOptions): void {
  const refusals: [isWrong: boolean, message: string][] = [
    [allUsers === (user !== undefined), 'name either --user <email> or --all-users'],
    [!allUsers && adoptOrphans !== undefined, '--adopt-orphans goes with --all-users'],
    [allUsers && dryRun === true, '--dry-run does not go with --all-users'],
    [
      allUsers && !['auto', 'sqlite'].includes(format),
      '--all-users reads data.db alone, which is of the format sqlite',
    ],
  ];
  const refusal = refusals.find(([isWrong]) => isWrong);
  if (refusal !== undefined) throw new StartError(refusal[1], exitCodes.usage);
}

function adopterOf({ adoptOrphans }: ImportOptions): string | null {
  if (adoptOrphans === undefined) return null;
  const email = normalizeEmail(adoptOrphans);
  if (email !== null) return email;
  throw new StartError(`"${adoptOrphans}" is not an e-mail address`, exitCodes.usage);
}

async function opened(name: string): Promise<SourceFile> {
  try {
    return await openFile(name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`${name} cannot be read (${code ?? 'unknown'})`, exitCodes.failed);
  }
}

/** One that was broken off before goes on from where it was. */
async function importForOne(
  db: Database,
  email: string,
  file: SourceFile,
  request: Parameters<typeof recordImport>[3],
  signal: AbortSignal,
): Promise<Report> {
  const { user_id: userId } = await findAccount(db, email);
  const { format, dryRun, moodMap } = request;
  const before = await findBrokenOff(db, userId, format, dryRun, moodMap, file.hash);
  const { id } = before ?? (await recordImport(db, userId, file, request, 'running'));
  const progress = showProgress();
  const onProgress = (done: number, total: number) => progress.rows('entries', done, total);
  try {
    await runImport(db, userId, id, { file, signal, onProgress, onEnd: announceImport });
  } finally {
    progress.end();
  }
  const row = await findImport(db, userId, id);
  return JSON.parse(row?.import ?? '{}') as Report;
}

function summary(report: Report, dryRun: boolean): string {
  const { created, skipped, errors, error_count: count, unmapped_moods: moods, left_out: leftOut } = report;
  const made = dryRun ? 'would be made' : 'made';
  return [
    `${report.format}: ${report.total ?? 0} rows, ${created} entries ${made}, ${skipped} were there already, ${count} refused`,
    ...errors.slice(0, 20).map(({ row, detail }) => `  ${row === 0 ? 'file' : `row ${row}`}: ${detail}`),
    ...(count > 20 ? [`  … and ${count - 20} more; --json shows up to 1,000`] : []),
    ...(moods.length > 0
      ? [`moods without a number: ${moods.join(', ')}; give them one with --mood-map`]
      : []),
    ...Object.entries(leftOut).map(([name, rows]) => `left out: ${name}, in ${rows} rows`),
  ].join('\n');
}
