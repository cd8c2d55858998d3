import type { Command } from 'commander';
import { examples } from '../program.ts';

/** How `serve` is called. */
export function serveUsage(program: Command): void {
  program
    .command('serve')
    .description('migrate the database and serve (the default)')
    .option('--demo', 'make a demo account with a year of days')
    .addHelpText(
      'after',
      examples(
        ['daymark', 'serves on http://127.0.0.1:8080'],
        ['daymark serve --demo', 'with a year of days to look around in'],
        ['PORT=9000 DATA_DIR=/srv/daymark daymark', 'another port, another place for the data'],
      ),
    )
    .action(async (options: { demo?: boolean }) => (await import('../serve.ts')).serve(options));
}
