import type { Command } from 'commander';
import { examples } from '../program.ts';
import { asJson, assumeYes } from './options.ts';

/** How `backup` is called. */
export function backupUsage(program: Command): void {
  program
    .command('backup <file>')
    .description('write the whole installation to a file; the server may go on meanwhile')
    .addOption(asJson())
    .addHelpText(
      'after',
      examples(
        ['daymark backup daymark.zip', 'a zip archive: one table a member, and manifest.json'],
        ['daymark backup /mnt/nas/daymark-$(date +%F).zip', 'from cron; see also BACKUP_DIR'],
      ),
    )
    .action(async (file: string, options: { json?: boolean }) =>
      (await import('../backup.ts')).backup(file, options),
    );
}

/** How `restore` is called. */
export function restoreUsage(program: Command): void {
  program
    .command('restore [file]')
    .description('put a backup into an empty database, of any PostgreSQL from 15 to 18')
    .option('--check', 'only read the file and compare its checksums; needs no database')
    .option('--force', 'replace what is in the database')
    .option(
      '--resume-deliveries',
      'let webhook deliveries go that a restore holds back; also later, without a file',
    )
    .addOption(assumeYes())
    .addOption(asJson())
    .addHelpText(
      'after',
      examples(
        ['daymark restore daymark.zip', 'into the database that the configuration names'],
        ['daymark restore daymark.zip --check', 'is it whole?'],
        ['daymark restore daymark.zip --force --yes', 'over what is there, without a question'],
      ),
    )
    .action(async (file: string | undefined, options: object) =>
      (await import('../restore.ts')).restore(file, options),
    );
}
