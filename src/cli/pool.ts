import type { Config } from '../config.ts';
import { connect, type Database } from '../db/connect.ts';
import { openReplica, type Replica } from '../db/replica.ts';
import type { Installation } from '../installation.ts';
import type { Log } from '../log.ts';

/**
 * The pool of a process that serves or works, as the configuration wants it; it opens at its first statement, which
 * may not come before the installation is `found`.
 */
export function poolOf(config: Config, log: Log, found: () => Installation | undefined): Database {
  const connection = () => {
    const installation = found();
    if (installation === undefined) throw new Error('a statement was run before the database was found');
    return installation.connection;
  };
  return connect({ ...poolOptions(config, log), connection, acquireTimeoutMs: config.requestTimeoutMs });
}

/** The replica of the configuration, watched from now on; null where none is named. */
export function replicaOf(config: Config, log: Log): Replica | null {
  return config.replica === null
    ? null
    : openReplica({ ...poolOptions(config, log), connection: config.replica });
}

function poolOptions(config: Config, log: Log) {
  return {
    poolSize: config.dbPoolSize,
    prepare: config.dbPrepare,
    statementTimeoutMs: config.statementTimeoutMs,
    log,
  };
}
