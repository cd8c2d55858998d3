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
  const password = await ask('Password: ');
  if ((await ask('The same again: ')) !== password) {
    throw new StartError('the two are not the same; nothing was changed', exitCodes.failed);
  }
  return password;
}

function firstLine(piped: string): string {
  const [line = ''] = piped.split(/\r?\n/, 1);
  if (line !== '') return line;
  throw new StartError(
    'no password came through standard input; type it, or pipe it there as one line',
    exitCodes.usage,
  );
}

function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // It reads keys and edits the line as ever, but writes what it would show to nowhere.
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  return new Promise((resolve, reject) => {
    const interrupted = () => reject(new StartError('interrupted', exitCodes.failed));
    terminal.once('SIGINT', interrupted);
    terminal.once('close', interrupted);
    terminal.question('', resolve);
  }).finally(() => {
    terminal.close();
    process.stderr.write('\n');
  }) as Promise<string>;
}
