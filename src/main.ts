#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { databaseFault } from './db/errors.ts';
import { exitCodes } from './exit.ts';
import { packageVersion } from './version.ts';

const program = new Command('daymark')
  .description(
    'A personal analytics server: write down your days, find them again, learn what goes with what.',
  )
  .version(packageVersion())
  .showHelpAfterError()
  .exitOverride();

program
  .command('serve', { isDefault: true })
  .description('migrate the database and serve (the default)')
  .option('--demo', 'make a demo account with a year of days')
  .action(async (options: { demo?: boolean }) => (await import('./cli/serve.ts')).serve(options));

program
  .command('work')
  .description('run background jobs only: deliveries of webhooks, imports, what is due by the calendar')
  .action(async () => (await import('./cli/work.ts')).work());

const migrate = program.command('migrate').description('change the version of the database schema');
migrate
  .command('up')
  .description('apply every migration that is not applied yet')
  .action(async () => (await import('./cli/migrate.ts')).up());
migrate
  .command('down [n]')
  .description('take back the last n migrations (1)')
  .action(async (n?: string) => (await import('./cli/migrate.ts')).down(n));
migrate
  .command('goto <version>')
  .description('migrate up or down to a version; 0 is the empty schema')
  .action(async (version: string) => (await import('./cli/migrate.ts')).goTo(version));
migrate
  .command('status')
  .description('list the migrations and whether each is applied')
  .action(async () => (await import('./cli/migrate.ts')).status());
migrate
  .command('new <name>')
  .description('make the two files of a new migration')
  .action(async (name: string) => (await import('./cli/migrate.ts')).create(name));

program
  .command('openapi')
  .description('print the OpenAPI document')
  .action(async () => (await import('./cli/openapi.ts')).openapi());

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // Commander has printed its own message; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  const message = error instanceof Error ? error.message : String(error);
  if (databaseFault(error, {})?.kind === 'unavailable') {
    process.stderr.write(`daymark: the database cannot be reached: ${message}\n`);
    return exitCodes.databaseUnreachable;
  }
  process.stderr.write(`daymark: ${message}\n`);
  return (error as { exitCode?: number }).exitCode ?? exitCodes.failed;
}
