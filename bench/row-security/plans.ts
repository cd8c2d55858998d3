import type { Client } from 'pg';
import { createEntry, findEntry } from '../../src/entries/queries.ts';
import { pageStatement } from '../../src/entries/list.ts';
import { searchQuery } from '../../src/entries/search-query.ts';

/** Prints how the tables are read by some statements about `user`, as the owner of the tables and under the policies. */
export async function printPlans(client: Client, user: string): Promise<void> {
  const live = { trash: false, order: 'desc' as const };
  const first = pageStatement(user, live, null, 20);
  const search = pageStatement(user, { ...live, search: searchQuery('river "day 7"') ?? '' }, null, 20);
  const entry = [user, 'a', 1, 'general', [], {}, 'now', null, ''];
  const statements: [string, string, unknown[]][] = [
    ['page 1', first.query.text, first.values],
    ['search', search.query.text, search.values],
    ['one entry', findEntry.text, [user, user]],
    ['create', createEntry.text, entry],
  ];
  for (const [what, text, values] of statements) {
    for (const role of ['none', 'daymark_app']) {
      console.log(
        `\n${what} as ${role === 'none' ? 'the owner' : role}:\n${await planOf(client, role, user, text, values)}`,
      );
    }
  }
}

async function planOf(
  client: Client,
  role: string,
  user: string,
  text: string,
  values: unknown[],
): Promise<string> {
  await client.query('begin');
  await client.query(`select set_config('role', $1, true), set_config('daymark.user_id', $2, true)`, [
    role,
    user,
  ]);
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(
    `explain (analyze, buffers, timing off, costs off) ${text}`,
    values,
  );
  await client.query('rollback');
  const telling = /Scan|Index Cond|Filter|One-Time|Recheck|Rows Removed|Execution Time/;
  return rows
    .map((row) => row['QUERY PLAN'])
    .filter((line) => telling.test(line))
    .join('\n');
}
