import { Option, type Command } from 'commander';
import { exportFormats, type ExportFormat } from '../../transfer/export-formats.ts';
import { formatNames } from '../../transfer/format-names.ts';
import type { ImportOptions } from '../import.ts';
import { examples } from '../program.ts';
import { asJson } from './options.ts';

/** How `import` is called. */
export function importUsage(program: Command): void {
  program
    .command('import <file>')
    .description('bring entries from a file: ours, a table, Daylio, Day One, Journiv, jrnl, or data.db')
    .option('--user <email>', 'whose entries they become')
    .addOption(new Option('--format <format>').choices(['auto', ...formatNames]).default('auto'))
    .option('--mood-map <map>', 'numbers for names of moods: rad:10,good:8', '')
    .option('--dry-run', 'only tell what would come of it')
    .option('--all-users', 'move all accounts of data.db, with their passwords')
    .option('--adopt-orphans <email>', 'with --all-users: who gets the entries of nobody')
    .addOption(asJson())
    .addHelpText(
      'after',
      examples(
        ['daymark import daylio_export.csv --user you@example.org --dry-run', 'what would come of it'],
        ['daymark import diary.csv --user you@example.org --mood-map fine:8,sad:3', 'moods by name'],
        ['daymark import data.db --all-users', 'everybody, with their passwords'],
      ),
    )
    .action(async (file: string, options: ImportOptions) =>
      (await import('../import.ts')).importFile(file, options),
    );
}

/** How `export` is called. */
export function exportUsage(program: Command): void {
  program
    .command('export')
    .description('write all entries of an account to a file, or to standard output')
    .requiredOption('--user <email>', 'whose')
    .addOption(new Option('--format <format>').choices(exportFormats).default('daymark'))
    .option('-o, --output <file>', 'where to; standard output without it')
    .addHelpText(
      'after',
      examples(
        [
          'daymark export --user you@example.org -o diary.jsonl',
          'all of it; "daymark import" brings it back',
        ],
        ['daymark export --user you@example.org --format csv > diary.csv', 'for a spreadsheet'],
        ['daymark export --user you@example.org --format markdown -o diary.zip', 'for a notes app'],
      ),
    )
    .action(async (options: { user: string; format: ExportFormat; output?: string }) =>
      (await import('../export.ts')).exportAccount(options),
    );
}
