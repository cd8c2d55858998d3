import type { Command } from 'commander';
import type { AddOptions } from '../user.ts';
import { examples } from '../program.ts';
import { asJson, assumeYes } from './options.ts';

/** How `user` is called. */
export function userUsage(program: Command): void {
  const user = program
    .command('user')
    .description('the accounts of this installation, straight in its database')
    .addHelpText(
      'after',
      examples(
        ['daymark user add you@example.org', 'asks for the password'],
        ['daymark user add you@example.org < password.txt', 'reads it from a file'],
        ['daymark user list --json', 'for a script'],
        ['daymark user password you@example.org', 'sets another one and ends all sessions'],
        ['daymark user delete you@example.org --yes', 'without a question'],
      ),
    );
  user
    .command('add <email>')
    .description('make an account, whatever REGISTRATION says; the password is asked for or read from a pipe')
    .option('--name <name>', 'the name that is shown', '')
    .option('--time-zone <zone>', 'where its days are, such as Europe/Paris', 'UTC')
    .addOption(asJson())
    .action(async (email: string, options: AddOptions) => (await import('../user.ts')).add(email, options));
  user
    .command('list')
    .description('list the accounts')
    .addOption(asJson())
    .action(async (options: { json?: boolean }) => (await import('../user.ts')).list(options));
  user
    .command('password <email>')
    .description('set a new password, asked for or read from a pipe; every session ends')
    .action(async (email: string) => (await import('../user.ts')).password(email));
  user
    .command('delete <email>')
    .description('remove an account and all that is in it')
    .addOption(assumeYes())
    .action(async (email: string, options: { yes?: boolean }) =>
      (await import('../user.ts')).remove(email, options),
    );
}
