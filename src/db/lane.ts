import { Client, type ClientConfig, type Connection, type PoolClient } from 'pg';
import type { Log } from '../log.ts';
import { cancelRunning } from './cancel.ts';
import { LifetimeEnded, type Lifetime } from './lifetime.ts';
import { run } from './run.ts';
import type { Result, Statement } from './sql.ts';

/**
 * A connection that many share: brief statements go out one behind the other and their answers come back in that order,
 * without waiting in between (PostgreSQL manual §54.2.4, pipelining). What is asked in one turn of the event loop is one
 * piece on the wire: both sides wake up once for all of it, which costs more than the statements themselves.
 */
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

/** So long nothing comes back from a lane before it is given up: behind a lock, or on a network that is gone, all wait. */
const patienceMs = 1000;
/** So long after a failure it stays closed. */
const restMs = 1000;

/** The sides of node-postgres' client that its types leave out. */
interface Shared extends Client {
  connection: Connection;
}

/** A lane that opens at its first statement. `connection` is asked once. */
export function openLane(connection: () => ClientConfig, log: Log): Lane {
  let client: Shared | undefined;
  let isOpen = false;
  let isCorked = false;
  let closedAt = -Infinity;
  let waiting = 0;
  let heardAt = 0;

  function open(): void {
    const opened = new Client({ ...connection(), pipeline: true }) as Shared;
    client = opened;
    const lost = (error?: Error) => {
      if (client === opened) drop(error);
    };
    opened.on('error', lost).on('end', lost);
    opened.connect().then(() => (isOpen = client === opened), lost);
  }

  /** All that wait in it fail, and go another way. */
  function drop(error?: unknown): void {
    const dropped = client;
    if (dropped === undefined) return;
    client = undefined;
    isOpen = false;
    closedAt = performance.now();
    if (error !== undefined) log.debug({ err: error }, 'the shared database connection was given up');
    // It may hold a lock that the next would wait for.
    if (waiting > 0) void cancelRunning(dropped as unknown as PoolClient);
    dropped.connection.stream.destroy();
  }

  const watch = setInterval(() => {
    if (waiting > 0 && performance.now() - heardAt > patienceMs) drop(new Error('no answer'));
  }, patienceMs / 4);
  watch.unref();

  function cork({ connection: { stream } }: Shared): void {
    if (isCorked) return;
    isCorked = true;
    stream.cork();
    setImmediate(() => {
      isCorked = false;
      stream.uncork();
    });
  }

  async function send<Row>(
    shared: Shared,
    statement: Statement,
    values: readonly unknown[],
    lifetime: Lifetime | null,
  ): Promise<Result<Row>> {
    if (waiting++ === 0) heardAt = performance.now();
    cork(shared);
    try {
      return await run<Row>(
        shared as unknown as PoolClient,
        statement,
        values,
        { prepare: true, log },
        lifetime,
      );
    } catch (error) {
      if (client === shared && !(error instanceof LifetimeEnded)) drop(error);
      throw error;
    } finally {
      waiting--;
      heardAt = performance.now();
    }
  }

  return {
    ask(statement, values, lifetime) {
      if (statement.brief !== true || lifetime?.traceparent || lifetime?.plans) return undefined;
      if (client === undefined && performance.now() - closedAt > restMs) open();
      return isOpen && client !== undefined ? send(client, statement, values, lifetime) : undefined;
    },
    async close() {
      clearInterval(watch);
      closedAt = Infinity;
      const last = client;
      client = undefined;
      isOpen = false;
      await last?.end();
    },
  };
}
