import type { Connection, PoolClient } from 'pg';

/** The side of node-postgres' client that its types leave out. */
type Wire = PoolClient & { connection: Connection };

/** Once the time is over, what has come meanwhile is still read: this process, or the whole machine, may have been asleep. */
const lastLookMs = 250;

/**
 * What a connection answers. PostgreSQL itself ends a statement that takes too long; where nothing is heard of that either
 * within `ms`, the machine or the network there is gone, and the connection is closed, which rejects with what node-postgres
 * says of a lost one. Without that it would be waited for as long as TCP tries: a quarter of an hour, or for ever.
 */
export async function answered<T>(client: PoolClient, answer: Promise<T>, ms: number): Promise<T> {
  const close = () => (client as Wire).connection.stream.destroy();
  let timer = setTimeout(() => (timer = setTimeout(close, lastLookMs)), ms);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}
