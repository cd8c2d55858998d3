import { readFileSync } from 'node:fs';
import { variables } from '../../src/config/variables.ts';

export const root = new URL('../../', import.meta.url);

/** A file of the checkout as text. */
export function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

/** Seconds from the signal to the end of the process at the latest, by the defaults of the configuration. */
export const secondsToEnd =
  Number(variables.SHUTDOWN_DELAY.fallback) + Number(variables.SHUTDOWN_TIMEOUT.fallback);
