import type { Log } from './log.ts';

/**
 * Takes what libraries write to the console, and Node's warnings, into the log: an error there brings all its
 * fields along, past what the log leaves out, and its lines are no events.
 */
export function takeConsole(log: Log): void {
  for (const method of ['log', 'info', 'debug', 'warn', 'error', 'trace'] as const)
    console[method] = (...said: unknown[]) => tell(log, said);
  process.removeAllListeners('warning').on('warning', (warning) => tell(log, [warning]));
}

function tell(log: Log, said: unknown[]): void {
  const err = said.find((each) => each instanceof Error);
  const text = said.find((each) => typeof each === 'string')?.split('\n', 1)[0];
  log.warn({ err, text }, 'a library says');
}
