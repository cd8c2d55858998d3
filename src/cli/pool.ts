import type { ClientConfig } from 'pg';
import type { Config } from '../config.ts';
import { connect, type Database } from '../db/connect.ts';
import { openReplica, type Replica } from '../db/replica.ts';
import type { Log } from '../log.ts';

/** The pool of a process that serves or works, as the configuration wants it; it opens at its first statement. */
export function poolOf(config: Config, log: Log, connection: () => ClientConfig): Database {
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
