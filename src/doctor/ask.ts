import { Client, type ClientConfig } from 'pg';

/** Runs `work` on a connection of its own, which waits for nothing long; throws what the connection throws. */
export async function ask<T>(connection: ClientConfig, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionTimeoutMillis: 5000, query_timeout: 10_000, ...connection });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
