import type { Client } from 'pg';
import { cursors } from '../src/http/cursor.ts';
import type { Options } from './options.ts';
import { userId, type Person } from './people.ts';
import type { World } from './scenarios.ts';
import { makeMembers, wordPairs } from './texts.ts';

/** What the requests are made from, and where page 5,000 of the last person begins. */
export async function makeWorld(
  client: Client,
  people: Person[],
  secretKey: Buffer,
  options: Options,
): Promise<World & { position: { at: string; id: string } }> {
  const many = userId(people.length);
  const depth = options.manyEntries - 25;
  const { rows } = await client.query<{ at: string; id: string }>(
    `select at::text, id from entries e where user_id = $1 and deleted_at is null
     order by e.at desc, e.id desc offset $2 limit 1`,
    [many, depth],
  );
  const position = rows[0] as { at: string; id: string };
  const cursor = cursors(secretKey).write(`${many} /entries `, [position.at, position.id]);
  return {
    people,
    revisions: await revisionsOf(client),
    entriesPerUser: options.entriesPerUser,
    members: makeMembers(500, 4711),
    pairs: wordPairs(20),
    deep: { server: `?cursor=${cursor}`, floor: `?${new URLSearchParams(position).toString()}` },
    position,
  };
}

/** The revision of every diary, in the order of the people. */
export async function revisionsOf(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ revision: string }>('select revision from journals order by user_id');
  return rows.map(({ revision }) => revision);
}
