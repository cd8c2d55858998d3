import { fileURLToPath } from 'node:url';
import { migrateTo, migrationStatus, newMigration } from '../db/migrate.ts';
import { exitCodes, StartError } from '../exit.ts';
import { installQueue } from '../jobs/install.ts';
import { migrations } from '../migrations.ts';
import { confirm } from './confirm.ts';
import { withInstallation, type Opened } from './installation.ts';

interface Confirmed {
  yes?: boolean;
}

/** `migrate up`, the job queue included. */
export function up(): Promise<void> {
  return withInstallation(async (opened) => {
    await report(opened, 'latest');
    await installQueue(opened.direct);
  });
}

/** `migrate goto <version>` */
export function goTo(version: string, options: Confirmed): Promise<void> {
  const target = wholeNumber(version, 'the version');
  return withInstallation(async (opened) => {
    const applied = await appliedVersions(opened);
    if (target < applied.length) await confirmDown(applied.length, target, options);
    await report(opened, target);
  });
}

/** `migrate down [n]` */
export function down(n = '1', options: Confirmed): Promise<void> {
  const steps = wholeNumber(n, 'the number of steps');
  return withInstallation(async (opened) => {
    const applied = await appliedVersions(opened);
    const target = applied.at(-steps - 1) ?? 0;
    if (target < applied.length) await confirmDown(applied.length, target, options);
    await report(opened, target);
  });
}

/** `migrate status` */
export function status({ json = false }: { json?: boolean }): Promise<void> {
  return withInstallation(async ({ direct }) => {
    const states = await migrationStatus({ connection: direct, directory: migrations });
    if (json) console.log(JSON.stringify(states, null, 2));
    for (const row of json ? [] : states) {
      const version = String(row.version).padStart(4, '0');
      console.log(
        `${version} ${row.name.padEnd(30)} ${row.state.padEnd(8)} ${row.applied_at ?? ''}`.trimEnd(),
      );
    }
  });
}

/** `migrate new <name>` */
export async function create(name: string): Promise<void> {
  for (const file of await newMigration(fileURLToPath(migrations), name)) console.log(file);
}

/** A script that names the version has decided; a person may have hit the wrong key. */
async function confirmDown(from: number, to: number, { yes = false }: Confirmed): Promise<void> {
  const what = `This takes the schema back from version ${from} to ${to}: what only newer tables and columns hold is lost.`;
  await confirm(what, { yes: yes || !process.stdin.isTTY });
}

async function appliedVersions({ direct }: Opened): Promise<number[]> {
  const states = await migrationStatus({ connection: direct, directory: migrations });
  return states.filter((row) => row.applied_at !== null).map((row) => row.version);
}

async function report({ direct, log, signal }: Opened, target: number | 'latest'): Promise<void> {
  const { applied, reverted } = await migrateTo({
    connection: direct,
    directory: migrations,
    target,
    log,
    signal,
  });
  for (const name of reverted) console.log(`taken back: ${name}`);
  for (const name of applied) console.log(`applied: ${name}`);
  if (applied.length + reverted.length === 0) console.log('nothing to do');
}

function wholeNumber(text: string, what: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new StartError(`${what} must be a whole number`, exitCodes.usage);
  return Number(text);
}
