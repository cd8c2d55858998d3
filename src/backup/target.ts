import type { Client } from 'pg';
import { readHistory } from '../db/migrate/history.ts';
import { exitCodes, StartError } from '../exit.ts';
import { operatorConnectedServers, operatorContents } from './queries.ts';
import { sqlOn } from './session.ts';

/** What a restore would destroy; null where the database is empty. */
export interface Contents {
  users: number;
  entries: number;
}

export async function contentsOf(client: Client): Promise<Contents | null> {
  const history = await readHistory(client);
  const { rows } = await client.query<{ found: boolean }>(
    `select to_regclass('users') is not null and to_regclass('entries') is not null as found`,
  );
  if (history.length === 0 || rows[0]?.found !== true) return null;
  const [{ users, entries } = { users: '0', entries: '0' }] = await operatorContents(sqlOn(client));
  return users === '0' ? null : { users: Number(users), entries: Number(entries) };
}

/** A server would go on with what it remembers of the rows that were there. Throws StartError where one is connected. */
export async function refuseServers(client: Client): Promise<void> {
  const servers = await operatorConnectedServers(sqlOn(client));
  if (servers.length === 0) return;
  throw new StartError(
    'a Daymark server is connected to this database; stop it first, and start it again after the restore',
    exitCodes.failed,
  );
}
