import { Client, type ClientConfig } from 'pg';
import { register } from '../../src/accounts/queries.ts';
import { newToken, tokenHash } from '../../src/accounts/tokens.ts';
import type { Database } from '../../src/db/connect.ts';
import { create } from '../../src/entries/record.ts';

/** Makes `people` accounts with `entries` entries each, whose tokens it answers, and one with `many`, whose id. */
export async function seed(
  db: Database,
  connection: ClientConfig,
  people: number,
  entries: number,
  many: number,
): Promise<{ tokens: string[]; writer: string }> {
  const tokens = Array.from({ length: people }, () => newToken('session'));
  for (const token of tokens) await write(db, token, entries);
  const writer = await write(db, newToken('session'), many);
  const client = new Client(connection);
  await client.connect();
  await client.query('vacuum analyze');
  await client.end();
  return { tokens, writer };
}

async function write(db: Database, token: string, entries: number): Promise<string> {
  const email = `${token}@example.org`;
  const registered = await register(db, email, 'none', 'Europe/Berlin', tokenHash(token), '127.0.0.1', null);
  const { id } = JSON.parse(registered?.user ?? '') as { id: string };
  await db.transaction(async (sql) => {
    for (let n = 0; n < entries; n++) {
      const at = new Date(Date.now() - n * 36_000_000).toISOString();
      await create(sql, id, { text: `Day ${n} by the river`, mood: (n % 10) + 1, tags: ['walk'], at });
    }
  });
  return id;
}
