import type { ClientConfig } from 'pg';
import type { Log } from '../log.ts';
import type { Lifetime } from './lifetime.ts';
import { shareConnection, type SharedConnection } from './shared-connection.ts';
import type { Result, Statement } from './sql.ts';

/** The ways of brief statements: connections that many share, for as long as all goes well. */
export interface Lanes {
  /**
   * The answer to a statement; undefined where it has to go another way: it is not brief, or its lane is not open just now.
   * Rejects, whatever went wrong, so that it can be asked again on a connection of its own, which tells what it was.
   */
  ask<Row>(
    statement: Statement,
    values: readonly unknown[],
    lifetime: Lifetime | null,
  ): Promise<Result<Row>> | undefined;
  close(): Promise<void>;
}

/** Rows do not wait behind pages, which cost PostgreSQL ten times as much: one core of it cannot keep up with a server. */
const connections = { row: 1, page: 2 } as const;
export const laneConnections = connections.row + connections.page;

/** So long after a failure a lane stays closed. */
const restMs = 1000;

/** Lanes that open at their first statement. `settings` are asked for whenever one opens. */
export function openLanes(settings: () => ClientConfig, log: Log): Lanes {
  const many = (count: number) => Array.from({ length: count }, () => openLane(settings, log));
  const lanes = { row: many(connections.row), page: many(connections.page) };
  return {
    ask(statement, values, lifetime) {
      const { brief } = statement;
      if (brief === undefined || lifetime?.traceparent || lifetime?.plans) return undefined;
      let best: SharedConnection | undefined;
      for (const lane of lanes[brief]) {
        const each = lane.current();
        if (each !== undefined && (best === undefined || each.waiting() < best.waiting())) best = each;
      }
      return best?.ask(statement, values, lifetime);
    },
    async close() {
      await Promise.all(Object.values(lanes).flatMap((all) => all.map((lane) => lane.close())));
    },
  };
}

function openLane(settings: () => ClientConfig, log: Log) {
  let shared: SharedConnection | undefined;
  let closedAt = -Infinity;
  const lost = (error?: Error) => {
    shared = undefined;
    closedAt = performance.now();
    if (error !== undefined) log.debug({ err: error }, 'a shared database connection was given up');
  };
  return {
    /** The connection, where it is open; opens it where it is not. */
    current(): SharedConnection | undefined {
      if (shared === undefined && performance.now() - closedAt > restMs)
        shared = shareConnection(settings(), log, lost);
      return shared?.isOpen() === true ? shared : undefined;
    },
    async close(): Promise<void> {
      closedAt = Infinity;
      await shared?.end();
      shared = undefined;
    },
  };
}
