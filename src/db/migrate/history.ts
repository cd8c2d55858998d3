import type { ClientBase } from 'pg';

/** A migration that this database has had. */
export interface Applied {
  version: number;
  name: string;
  checksum: string;
  /** ISO 8601 in UTC, by the database's clock. */
  applied_at: string;
}

/** What was applied to this database, by version; nothing where the table of versions does not exist. */
export async function readHistory(client: ClientBase): Promise<Applied[]> {
  if (!(await tableExists(client))) return [];
  const { rows } = await client.query<Applied>(
    `select version, name, checksum,
            to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as applied_at
     from schema_migrations
     order by version`,
  );
  return rows;
}

/** Records a migration, and makes the table of versions for the first one; in the caller's transaction. */
export async function recordApplied(
  client: ClientBase,
  { version, name, checksum }: Omit<Applied, 'applied_at'>,
): Promise<void> {
  if (!(await tableExists(client))) {
    await client.query(
      `create table schema_migrations (
         version    int         not null,
         name       text        not null,
         checksum   text        not null,
         applied_at timestamptz not null default now(),
         constraint schema_migrations_pkey primary key (version)
       )`,
    );
  }
  await client.query('insert into schema_migrations (version, name, checksum) values ($1, $2, $3)', [
    version,
    name,
    checksum,
  ]);
}

/** Forgets a migration, and with the first one the table: nothing is left of version 0. */
export async function recordReverted(client: ClientBase, version: number): Promise<void> {
  await client.query('delete from schema_migrations where version = $1', [version]);
  if (version === 1) await client.query('drop table schema_migrations');
}

async function tableExists(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `select to_regclass('schema_migrations') is not null as found`,
  );
  return rows[0]?.found === true;
}
