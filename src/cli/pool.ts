import type { ClientConfig } from 'pg';
import type { Config } from '../config.ts';
import { connect, type Database } from '../db/connect.ts';
import type { Log } from '../log.ts';

/** The pool of a process that serves or works, as the configuration wants it; it opens at its first statement. */
export function poolOf(config: Config, log: Log, connection: () => ClientConfig): Database {
  return connect({
    connection,
    poolSize: config.dbPoolSize,
    prepare: config.dbPrepare,
    statementTimeoutMs: config.statementTimeoutMs,
    acquireTimeoutMs: config.requestTimeoutMs,
    log,
  });
}
