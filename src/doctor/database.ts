import { Client, type ClientConfig } from 'pg';
import { sqlOn } from '../backup/session.ts';
import { migrationStatus } from '../db/migrate.ts';
import type { Finding } from './finding.ts';
import { operatorServerState } from './queries.ts';
import { migrationsApplied } from './schema.ts';
import { clocks, connections, durability, postgresVersion } from './server.ts';

/** Everything that is asked of a database that can be reached; throws what the connection throws. */
export async function examineDatabase(
  connection: ClientConfig,
  { migrations, poolSize }: { migrations: URL | string; poolSize: number },
): Promise<Finding[]> {
  const client = new Client({ connectionTimeoutMillis: 5000, query_timeout: 10_000, ...connection });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const sent = Date.now();
    const state = await operatorServerState(sqlOn(client));
    const here = Date.now();
    const server = [
      postgresVersion(state),
      durability(state),
      clocks(state, here, here - sent),
      connections(state, poolSize),
    ];
    if (server[0]?.state === 'problem') return server;
    return [...server, migrationsApplied(await migrationStatus({ connection, directory: migrations }))];
  } finally {
    await client.end().catch(() => undefined);
  }
}
