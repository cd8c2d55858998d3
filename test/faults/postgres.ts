import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import { accountFor } from '../../src/db/embedded/account.ts';
import { findBinaries } from '../../src/db/embedded/binaries.ts';
import { onServer } from '../database.ts';
import { makeCluster, type Cluster } from '../installed-postgres.ts';
import { fastestPlace } from '../postgres.ts';

/**
 * A PostgreSQL of the case's own, running, that may be killed. It keeps all its promises of durability, also where
 * it lies in memory: what is tried here are processes that die, not power that fails.
 */
export async function ownPostgres(
  place: { parent?: string; apart?: string; walApart?: boolean } = {},
): Promise<Cluster> {
  const { parent = fastestPlace(), ...rest } = place;
  const cluster = makeCluster(await programs(), parent, { jit: 'off' }, rest);
  await cluster.start();
  onTestFinished(async () => {
    await cluster.stop();
    cluster.remove();
  });
  return cluster;
}

/** Runs one statement over a connection of its own and gives the rows. */
export function ask<Row>(
  { connection }: Pick<Cluster, 'connection'>,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return onServer<Row>(text, connection, values);
}

/** The programs of TEST_POSTGRES_BIN, else those that Daymark brings. */
async function programs(): Promise<string> {
  const bin = process.env['TEST_POSTGRES_BIN'];
  if (bin !== undefined && existsSync(join(bin, 'initdb'))) return bin;
  const { directory } = await findBinaries(await accountFor(null), fastestPlace(), pino({ level: 'silent' }));
  return join(directory, 'bin');
}
