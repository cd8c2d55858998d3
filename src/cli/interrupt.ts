import { exitCodes, StartError } from '../exit.ts';

/**
 * Runs `work` with a signal that Ctrl-C or SIGTERM aborts, so that it can clean up; it then ends as
 * interrupted, whatever it made of that. A second one ends the process at once.
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ending = new AbortController();
  const reason = new StartError('interrupted', exitCodes.failed);
  const onSignal = () => {
    if (ending.signal.aborted) process.exit(exitCodes.failed);
    ending.abort(reason);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, onSignal);
  try {
    return await work(ending.signal);
  } catch (error) {
    throw ending.signal.aborted ? reason : error;
  } finally {
    for (const name of signals) process.off(name, onSignal);
  }
}
