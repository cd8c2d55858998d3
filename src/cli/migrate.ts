import { fileURLToPath } from 'node:url';
import { migrateTo, migrationStatus, newMigration } from '../db/migrate.ts';
import { exitCodes, StartError } from '../exit.ts';
import { installQueue } from '../jobs/install.ts';
import { openInstallation, type Installation } from '../installation.ts';
import { makeLog } from '../log.ts';
import { migrations } from '../migrations.ts';
import { settings } from './settings.ts';

/** `migrate up`, the job queue included. */
export function up(): Promise<void> {
  return withDatabase(async ({ direct }) => {
    await report(direct, 'latest');
    await installQueue(direct);
  });
}

/** `migrate goto <version>` */
export function goTo(version: string): Promise<void> {
  const target = wholeNumber(version, 'the version');
  return withDatabase(({ direct }) => report(direct, target));
}

/** `migrate down [n]` */
export function down(n = '1'): Promise<void> {
  const steps = wholeNumber(n, 'the number of steps');
  return withDatabase(async ({ direct }) => {
    const applied = (await migrationStatus({ connection: direct, directory: migrations }))
      .filter((row) => row.applied_at !== null)
      .map((row) => row.version);
    await report(direct, applied.at(-steps - 1) ?? 0);
  });
}

/** `migrate status` */
export function status(): Promise<void> {
  return withDatabase(async ({ direct }) => {
    for (const row of await migrationStatus({ connection: direct, directory: migrations })) {
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

async function report(connection: Installation['direct'], target: number | 'latest'): Promise<void> {
  const log = await makeLog('warn', 'pretty');
  const { applied, reverted } = await migrateTo({ connection, directory: migrations, target, log });
  for (const name of reverted) console.log(`taken back: ${name}`);
  for (const name of applied) console.log(`applied: ${name}`);
  if (applied.length + reverted.length === 0) console.log('nothing to do');
}

async function withDatabase(work: (installation: Installation) => Promise<void>): Promise<void> {
  const { config } = settings();
  const installation = await openInstallation(config, await makeLog('warn', 'pretty'), 'command');
  try {
    await work(installation);
  } finally {
    await installation.stop();
  }
}

function wholeNumber(text: string, what: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new StartError(`${what} must be a whole number`, exitCodes.usage);
  return Number(text);
}
