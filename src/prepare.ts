import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import { databaseFault } from './db/errors.ts';
import { migrateTo } from './db/migrate.ts';
import { installQueue } from './jobs/install.ts';
import type { Log } from './log.ts';
import { migrations } from './migrations.ts';

const everyMs = 1000;

/**
 * Migrates the database and its job queue to the newest version, waiting for as long as it cannot be reached: one log line a
 * second at most. Throws what waiting cannot mend, such as a migration that fails.
 */
export async function prepareDatabase(
  connection: ClientConfig,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const isEnding = () => signal.aborted;
  while (!isEnding()) {
    try {
      await migrateTo({ connection, directory: migrations, target: 'latest', log, signal });
      await installQueue(connection);
      return;
    } catch (error) {
      const reason = unreachable(error);
      if (isEnding()) return;
      if (reason === null) throw error;
      log.warn({ err: reason }, 'the database cannot be reached; waiting for it');
    }
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

/** The error of the connection behind a failure, or null where the failure is of another kind. */
function unreachable(error: unknown): Error | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (databaseFault(each, {})?.kind === 'unavailable') return each;
  }
  return null;
}
