import { createInterface } from 'node:readline/promises';
import { exitCodes, StartError } from '../exit.ts';

/**
 * Asks before something is destroyed; `what` says it in a sentence. Resolves where the answer is yes or was
 * given before (`--yes`). Throws StartError: with another answer, and where there is nobody to ask.
 */
export async function confirm(what: string, { yes = false }: { yes?: boolean }): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) {
    throw new StartError(`${what} There is nobody here to confirm that; add --yes`, exitCodes.usage);
  }
  process.stderr.write(`${what}\n`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await Promise.race([
      terminal.question('Go on? Type "yes": '),
      new Promise<string>((resolve) => terminal.once('close', () => resolve(''))),
    ]);
    if (answer.trim().toLowerCase() === 'yes') return;
  } finally {
    terminal.close();
  }
  throw new StartError('nothing was changed', exitCodes.failed);
}
