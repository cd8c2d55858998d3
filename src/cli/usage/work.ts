import type { Command } from 'commander';
import { examples } from '../program.ts';

/** How `work` is called. */
export function workUsage(program: Command): void {
  program
    .command('work')
    .description('run background jobs only: deliveries of webhooks, imports, what is due by the calendar')
    .addHelpText(
      'after',
      examples(['WORKER=false daymark serve & daymark work', 'jobs in a process of their own']),
    )
    .action(async () => (await import('../work.ts')).work());
}
