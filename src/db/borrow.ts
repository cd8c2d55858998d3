import type { Pool, PoolClient } from 'pg';
import { cancelRunning } from './cancel.ts';
import type { Lifetime } from './lifetime.ts';

export interface Held {
  client: PoolClient;
  /** Gives it back; a broken one is closed. */
  release: (broken?: Error) => Promise<void> | undefined;
}

/** A connection of the pool: waited for no longer than the lifetime lasts, and what it runs is cancelled at its end. */
export async function borrow(pool: Pool, lifetime: Lifetime | null): Promise<Held> {
  const start = performance.now();
  const client = await (lifetime === null ? pool.connect() : waitFor(pool, lifetime));
  let cancelling: Promise<void> | undefined;
  const stop = () => {
    cancelling = cancelRunning(client);
  };
  if (lifetime !== null) {
    lifetime.ms += performance.now() - start;
    lifetime.atEnd.add(stop);
  }
  return {
    client,
    release(broken) {
      lifetime?.atEnd.delete(stop);
      if (cancelling === undefined) client.release(broken);
      return cancelling?.then(() => client.release(broken));
    },
  };
}

function waitFor(pool: Pool, lifetime: Lifetime): Promise<PoolClient> {
  return new Promise((resolve, reject) => {
    if (lifetime.ended !== null) {
      reject(lifetime.ended);
      return;
    }
    lifetime.atEnd.add(reject);
    pool.connect((error, client, release) => {
      lifetime.atEnd.delete(reject);
      if (client === undefined) reject(error ?? new Error('no connection'));
      else if (lifetime.ended === null) resolve(client);
      else release();
    });
  });
}
