import { Client, type ClientConfig, type Connection, type PoolClient } from 'pg';
import type { Log } from '../log.ts';
import { cancelRunning } from './cancel.ts';
import { LifetimeEnded, type Lifetime } from './lifetime.ts';
import { run } from './run.ts';
import type { Result, Statement } from './sql.ts';

export interface SharedConnection {
  isOpen(): boolean;
  /** How many statements have no answer yet. */
  waiting(): number;
  ask<Row>(statement: Statement, values: readonly unknown[], lifetime: Lifetime | null): Promise<Result<Row>>;
  end(): Promise<void>;
}

/**
 * After so many looks without an answer it is given up: behind a lock, or on a network that is gone, all wait. By looks and
 * not by the clock, since between two of them the event loop has read what had come, however late it is.
 */
const patience = 4;
const lookEveryMs = 250;

/** The sides of node-postgres' client that its types leave out. */
interface Wire extends Client {
  connection: Connection;
}

/**
 * A connection on which statements go out one behind the other, without waiting for the answers, which come in that order
 * (PostgreSQL manual §54.2.4, pipelining). What is asked in one turn of the event loop is one piece on the wire: both sides
 * wake up once for all of it. With the first failure it is given up, which `lost` hears, and all that wait in it fail.
 */
export function shareConnection(
  settings: ClientConfig,
  log: Log,
  lost: (error?: Error) => void,
): SharedConnection {
  const client = new Client({ ...settings, pipeline: true }) as Wire;
  const { stream } = client.connection;
  const how = { prepare: true, log };
  let state: 'opening' | 'open' | 'over' = 'opening';
  let [waiting, looks] = [0, 0];

  const giveUp = (error?: Error) => {
    if (state === 'over') return;
    state = 'over';
    clearInterval(watch);
    lost(error);
    // It may wait for a lock, or hold one.
    if (waiting > 0) void cancelRunning(client as unknown as PoolClient);
    stream.destroy();
  };
  const watch = setInterval(() => {
    if (waiting > 0 && looks++ === patience) giveUp(new Error('no answer'));
  }, lookEveryMs);
  watch.unref();
  client.on('error', giveUp).on('end', () => giveUp());
  client.connect().then(() => (state = state === 'over' ? state : 'open'), giveUp);

  const cork = corker(stream);

  return {
    isOpen: () => state === 'open',
    waiting: () => waiting,
    async ask<Row>(statement: Statement, values: readonly unknown[], lifetime: Lifetime | null) {
      if (waiting++ === 0) looks = 0;
      cork();
      try {
        return await run<Row>(client as unknown as PoolClient, statement, values, how, lifetime);
      } catch (error) {
        if (!(error instanceof LifetimeEnded)) giveUp(error as Error);
        throw error;
      } finally {
        waiting--;
        looks = 0;
      }
    },
    async end() {
      state = 'over';
      clearInterval(watch);
      await client.end();
    },
  };
}

/** Holds back what is written to a stream until this turn of the event loop is over. */
function corker(stream: Connection['stream']): () => void {
  let isCorked = false;
  return () => {
    if (isCorked) return;
    isCorked = true;
    stream.cork();
    setImmediate(() => {
      isCorked = false;
      stream.uncork();
    });
  };
}
