import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { exitCodes, StartError } from '../exit.ts';

/**
 * A password: asked for twice on a terminal, without showing it, or the first line of a pipe. Never an
 * argument: those stand in the list of processes and in the shell's history.
 */
export async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return firstLine(await text(process.stdin));
  const [password, again] = await askHidden(['Password: ', 'The same again: ']);
  if (password === again) return password ?? '';
  throw new StartError('the two are not the same; nothing was changed', exitCodes.failed);
}

function firstLine(piped: string): string {
  const [line = ''] = piped.split(/\r?\n/, 1);
  if (line !== '') return line;
  throw new StartError(
    'no password came through standard input; type it, or pipe it there as one line',
    exitCodes.usage,
  );
}

/** One reader for all questions: what is pasted or typed ahead belongs to the next one. */
async function askHidden(questions: string[]): Promise<string[]> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // It reads keys and edits the line as ever, but writes what it would show to nowhere.
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const lines = terminal[Symbol.asyncIterator]();
  const answers: string[] = [];
  try {
    for (const question of questions) {
      process.stderr.write(question);
      const line = await lines.next();
      process.stderr.write('\n');
      // Ctrl-C and Ctrl-D close it.
      if (line.done === true) throw new StartError('interrupted', exitCodes.failed);
      answers.push(line.value);
    }
    return answers;
  } finally {
    terminal.close();
  }
}
