import { setImmediate } from 'node:timers/promises';
import { exitCodes, StartError } from '../exit.ts';
import { unwritable } from '../unwritable.ts';

/** The reason of an end where nobody reads standard output any more: `daymark export … | head -1`. */
export class ReaderLeft extends Error {}

/**
 * Runs `work` with a signal that Ctrl-C, SIGTERM or the end of who reads standard output aborts, so that it can clean
 * up. Where it rejects after that, it has ended for that reason, whatever it rejects with. A second one ends the
 * process at once.
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ending = new AbortController();
  const onSignal = () => {
    if (ending.signal.aborted) process.exit(exitCodes.failed);
    ending.abort(new StartError('interrupted', exitCodes.failed));
  };
  const output = { isBroken: false };
  const onOutputError = (error: NodeJS.ErrnoException) => {
    output.isBroken = error.code !== 'EPIPE';
    ending.abort(output.isBroken ? unwritable(error, 'standard output') : new ReaderLeft());
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, onSignal);
  process.stdout.off('error', leaveWithReader).on('error', onOutputError);
  try {
    const result = await work(ending.signal);
    // The error of a last write comes a turn later.
    await setImmediate();
    if (output.isBroken) throw ending.signal.reason;
    return result;
  } catch (error) {
    throw ending.signal.aborted ? ending.signal.reason : error;
  } finally {
    for (const name of signals) process.off(name, onSignal);
    process.stdout.off('error', onOutputError).on('error', leaveWithReader);
  }
}

/** Where nothing is open, `daymark user --help | head -1` ends when head does, without a stack trace. */
export function leaveWithReader(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(exitCodes.done);
  const told = unwritable(error, 'standard output');
  if (!(told instanceof StartError)) throw error;
  process.stderr.write(`daymark: ${told.message}\n`);
  process.exit(told.exitCode);
}
