import type { Command } from 'commander';
import { examples } from '../program.ts';
import { assumeYes } from './options.ts';

/** How `distribute` is called. */
export function distributeUsage(program: Command): void {
  program
    .command('distribute')
    .description('distribute the tables over the nodes of a Citus cluster, by user')
    .option('--dry-run', 'print the statements and where each table goes, and change nothing; needs no Citus')
    .addOption(assumeYes())
    .addHelpText(
      'after',
      examples(
        ['daymark distribute --dry-run', 'what would be done'],
        ['daymark distribute', 'on the coordinator; all of it or nothing'],
      ) +
        '\n\nIt was tried against the rules that Citus documents, and not on a Citus server. The server plans every' +
        '\nstatement of Daymark on the new tables before they count: if it refuses one, nothing is changed and it is named.',
    )
    .action(async (options: { dryRun?: boolean; yes?: boolean }) =>
      (await import('../distribute.ts')).distribute(options),
    );
}
