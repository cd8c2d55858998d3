import { Option, type Command } from 'commander';
import type { TokenOptions } from '../token.ts';
import { examples } from '../program.ts';
import { asJson, gather } from './options.ts';

/** How `token` is called. */
export function tokenUsage(program: Command): void {
  const token = program.command('token').description('personal access tokens, straight in the database');
  token
    .command('add')
    .description('make a personal access token and print it, this once')
    .requiredOption('--user <email>', 'whose token')
    .requiredOption('--name <name>', 'what it is for')
    .addOption(
      new Option('--scope <scope>', 'what it may do; may be given several times')
        .argParser(gather)
        .makeOptionMandatory(),
    )
    .option('--expires <time>', 'when it ends: a day, or a time as in RFC 3339')
    .addOption(asJson())
    .addHelpText(
      'after',
      examples(
        ['daymark token add --user you@example.org --name phone --scope entries:write', 'for `daymark log`'],
        ['… --scope entries:read --scope insights:read --expires 2027-01-01', 'two scopes, and an end'],
      ),
    )
    .action(async (options: TokenOptions) => (await import('../token.ts')).add(options));
}
