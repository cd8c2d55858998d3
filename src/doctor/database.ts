import type { ClientConfig } from 'pg';
import { sqlOn } from '../backup/session.ts';
import { migrationStatus } from '../db/migrate.ts';
import { ask } from './ask.ts';
import type { Finding } from './finding.ts';
import { operatorServerState } from './queries.ts';
import { migrationsApplied } from './schema.ts';
import { clocks, connections, durability, postgresVersion } from './server.ts';

/** Everything that is asked of a database that can be reached; throws what the connection throws. */
export function examineDatabase(
  connection: ClientConfig,
  { migrations, poolSize }: { migrations: URL | string; poolSize: number },
): Promise<Finding[]> {
  return ask(connection, async (client) => {
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
  });
}
