import type { Command } from 'commander';
import { examples } from '../program.ts';
import { asJson, assumeYes } from './options.ts';

/** How `migrate` is called. */
export function migrateUsage(program: Command): void {
  const migrate = program
    .command('migrate')
    .description('change the version of the database schema')
    .addHelpText(
      'after',
      examples(
        ['daymark migrate status', 'which migrations the database has had'],
        ['daymark migrate goto 3', 'up or down to version 3'],
        ['daymark migrate down --yes', 'takes the last one back, without a question'],
      ),
    );
  migrate
    .command('up')
    .description('apply every migration that is not applied yet')
    .action(async () => (await import('../migrate.ts')).up());
  migrate
    .command('down [n]')
    .description('take back the last n migrations (1)')
    .addOption(assumeYes())
    .action(async (n: string | undefined, options: { yes?: boolean }) =>
      (await import('../migrate.ts')).down(n, options),
    );
  migrate
    .command('goto <version>')
    .description('migrate up or down to a version; 0 is the empty schema')
    .addOption(assumeYes())
    .action(async (version: string, options: { yes?: boolean }) =>
      (await import('../migrate.ts')).goTo(version, options),
    );
  migrate
    .command('status')
    .description('list the migrations and whether each is applied')
    .addOption(asJson())
    .action(async (options: { json?: boolean }) => (await import('../migrate.ts')).status(options));
  migrate
    .command('new <name>')
    .description('make the two files of a new migration')
    .action(async (name: string) => (await import('../migrate.ts')).create(name));
}
