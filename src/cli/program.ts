import { Command, CommanderError } from 'commander';
import { styleText } from 'node:util';
import { exitCodes } from '../exit.ts';
import { packageVersion } from '../version.ts';
import { leaveWithReader, ReaderLeft } from './interrupt.ts';

/** The command line, still without commands. */
export function makeProgram(): Command {
  return new Command('daymark')
    .description(
      'A personal analytics server: write down your days, find them again, learn what goes with what.',
    )
    .version(packageVersion())
    .showHelpAfterError('(--help shows how it is used)')
    .configureHelp({ styleTitle: (title) => styleText('bold', title) })
    .exitOverride();
}

/** The part of a command's help that shows it at work: words to type, and what comes of them. */
export function examples(...lines: [words: string, meaning: string][]): string {
  const width = Math.max(...lines.map(([words]) => words.length));
  const rows = lines.map(([words, meaning]) => `  ${words.padEnd(width)}  ${meaning}`);
  return `\nExamples:\n${rows.join('\n')}`;
}

/** Runs the command that `words` name, `serve` where they name none, and gives the exit code. */
export async function run(program: Command, words: string[]): Promise<number> {
  process.stdout.on('error', leaveWithReader);
  try {
    await program.parseAsync(withCommand(words), { from: 'user' });
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    // Commander has printed its own message; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (error instanceof ReaderLeft) return exitCodes.done;
    const { reportFailure } = await import('./failure.ts');
    return reportFailure(error);
  }
}

/** Commander's own default command would take an unknown word for an argument of `serve`. */
function withCommand(words: string[]): string[] {
  const [first = '-'] = words;
  const isForProgram = /^(-h|--help|-V|--version)$/.test(first);
  return first.startsWith('-') && !isForProgram ? ['serve', ...words] : words;
}
