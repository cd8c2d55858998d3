import type { ClientConfig } from 'pg';
import type { Log } from '../log.ts';
import type { Lifetime } from './lifetime.ts';
import { shareConnection, type SharedConnection } from './shared-connection.ts';
import type { Result, Statement } from './sql.ts';

/** The way of brief statements: a connection that many share, for as long as all goes well. */
export interface Lane {
  /**
   * The answer to a statement; undefined where it has to go another way: it is not brief, or the lane is not open just now.
   * Rejects, whatever went wrong, so that it can be asked again on a connection of its own, which tells what it was.
   */
  ask<Row>(
    statement: Statement,
    values: readonly unknown[],
    lifetime: Lifetime | null,
  ): Promise<Result<Row>> | undefined;
  close(): Promise<void>;
}

/** So long after a failure it stays closed. */
const restMs = 1000;

/** A lane that opens at its first statement. `connection` is asked whenever it opens. */
export function openLane(connection: () => ClientConfig, log: Log): Lane {
  let shared: SharedConnection | undefined;
  let closedAt = -Infinity;
  const lost = (error?: Error) => {
    shared = undefined;
    closedAt = performance.now();
    if (error !== undefined) log.debug({ err: error }, 'the shared database connection was given up');
  };

  return {
    ask(statement, values, lifetime) {
      if (statement.brief !== true || lifetime?.traceparent || lifetime?.plans) return undefined;
      if (shared === undefined && performance.now() - closedAt > restMs)
        shared = shareConnection(connection(), log, lost);
      return shared?.isOpen() === true ? shared.ask(statement, values, lifetime) : undefined;
    },
    async close() {
      closedAt = Infinity;
      await shared?.end();
      shared = undefined;
    },
  };
}
