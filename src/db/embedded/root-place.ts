import { chmodSync, mkdirSync } from 'node:fs';

/** Where root keeps what the user who runs PostgreSQL cannot reach elsewhere. */
export const rootPlace = '/var/lib/daymark';

/** Makes `rootPlace`: everybody passes through it, only root lists it. */
export function makeRootPlace(): void {
  // The mode of mkdir is cut by the umask; a directory that is there already keeps the mode it has.
  if (mkdirSync(rootPlace, { recursive: true }) !== undefined) chmodSync(rootPlace, 0o711);
}
