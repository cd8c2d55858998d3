import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The directory that holds package.json, with a trailing slash. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Whether this is a checkout with its sources, not an installed package or an image with only dist/. */
export const isCheckout = existsSync(`${root}src`);

/** Ends the process with one plain line on stderr. */
export function stop(message, exitCode) {
  console.error(message);
  process.exit(exitCode);
}
