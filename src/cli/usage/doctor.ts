import type { Command } from 'commander';
import { examples } from '../program.ts';
import { asJson } from './options.ts';

/** How `doctor` is called. */
export function doctorUsage(program: Command): void {
  program
    .command('doctor')
    .description('check the installation and say what to mend')
    .addOption(asJson())
    .addHelpText(
      'after',
      examples(
        ['daymark doctor', 'a line for each thing that was looked at'],
        ['daymark doctor --json', 'for a script; exit code 1 where there is a problem'],
      ),
    )
    .action(async (options: { json?: boolean }) => (await import('../doctor.ts')).doctor(options));
}
