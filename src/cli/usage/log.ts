import type { Command } from 'commander';
import type { LogOptions } from '../log/entry.ts';
import { examples } from '../program.ts';
import { asJson, gather, wholeNumber } from './options.ts';

/** How `log` is called. */
export function logUsage(program: Command): void {
  program
    .command('log [text]')
    .description('write an entry on a server; without a connection it waits in a file for the next call')
    .option('-m, --mood <mood>', 'from 1 to 10', wholeNumber(1, 10))
    .option('-c, --category <category>', '"general" where none is given')
    .option('-t, --tag <tag>', 'may be given several times', gather)
    .option('--measure <name=value>', 'a number, true or false; may be given several times', gather)
    .option('--at <time>', 'when it happened, as in RFC 3339; now')
    .option('--time-zone <zone>', "where it happened; the account's own")
    .option('--flush', 'write nothing, only send what waits')
    .addOption(asJson())
    .addHelpText(
      'after',
      examples(
        ['daymark log "Long run" --mood 8 --tag run --measure km=12.5', ''],
        ['fortune | daymark log - --category fun', 'the text comes through a pipe'],
        ['daymark log --flush', 'from cron: sends what waits'],
      ) +
        '\n\nDAYMARK_URL says which server, such as https://diary.example.org, and DAYMARK_TOKEN is a token with the' +
        '\nscope entries:write ("daymark token add" makes one). DAYMARK_TOKEN_FILE names a file that holds it.',
    )
    .action(async (text: string | undefined, options: LogOptions) =>
      (await import('../log/log.ts')).log(text, options),
    );
}
