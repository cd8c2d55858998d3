import { Client, type ClientConfig } from 'pg';
import { tokenHash } from '../../src/accounts/tokens.ts';

/** Makes one person who is signed in by each of these tokens, on a migrated database. */
export async function insertSessions(connection: ClientConfig, tokens: readonly string[]): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  await client.query(
    `with u as (insert into users (email, password_hash) values ('bench@example.org', 'none') returning id),
       j as (insert into journals (user_id) select id from u)
     insert into sessions (user_id, kind, token_hash, last_used_at, expires_at)
     select u.id, 'session', h, now(), now() + interval '1 day' from u, unnest($1::bytea[]) h`,
    [tokens.map(tokenHash)],
  );
  await client.query('vacuum analyze sessions');
  await client.end();
}
