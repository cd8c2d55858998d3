import { accessSync, constants, mkdirSync, realpathSync } from 'node:fs';
import { fileFailure } from './failure.ts';

/**
 * Makes DATA_DIR where it is missing and gives its real path. Throws StartError where it cannot be made or
 * written.
 */
export function openDataDir(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true });
  } catch (error) {
    throw fileFailure(error, `make the directory ${dataDir}`, dataDir);
  }
  try {
    accessSync(dataDir, constants.W_OK | constants.X_OK);
    return realpathSync(dataDir);
  } catch (error) {
    throw fileFailure(error, `write in ${dataDir}`, dataDir);
  }
}
