import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { variables } from '../../src/config/variables.ts';

export const root = new URL('../../', import.meta.url);

/** The path of a file of the checkout. */
export function pathOf(path: string): string {
  return fileURLToPath(new URL(path, root));
}

/** A file of the checkout as text. */
export function read(path: string): string {
  return readFileSync(pathOf(path), 'utf8');
}

/** Seconds from the signal to the end of the process at the latest, by the defaults of the configuration. */
export const secondsToEnd =
  Number(variables.SHUTDOWN_DELAY.fallback) + Number(variables.SHUTDOWN_TIMEOUT.fallback);
