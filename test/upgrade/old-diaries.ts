import { hash } from '@node-rs/argon2';
import type { Client } from 'pg';
import { newToken, tokenHash } from '../../src/accounts/tokens.ts';
import { register, startSession } from './old-statements.ts';

export interface OldPerson {
  id: string;
  email: string;
  /** Of a session that began before the upgrade. */
  token: string;
}

/** Everybody's: what is tested is not how hard it is to guess. */
export const password = 'a long sentence of yours';

const passwordHash = await hash(password, { memoryCost: 8, timeCost: 1, parallelism: 1 });

/** Runs a statement and gives its first row. */
export type Send = (query: { name: string; text: string; values: unknown[] }) => Promise<Row | undefined>;

interface Row {
  id: string;
  version: number;
}

/** Sends over one connection. */
export function over(client: Client): Send {
  return async (query) => (await client.query<Row>(query)).rows[0];
}

/** Signs somebody up as a node of the old version does, with a second session. */
export async function signUp(send: Send, email: string): Promise<OldPerson> {
  const [first, second] = [newToken('session'), newToken('session')];
  const values = [email, passwordHash, 'Europe/Berlin', tokenHash(first)];
  const { id } = required(await send({ ...register, values }));
  required(await send({ ...startSession, values: [id, tokenHash(second)] }));
  return { id, email, token: second };
}

/** The row of a write that must have found something. */
export function required(row: Row | undefined): Row {
  if (row === undefined) throw new Error('a write found nothing to write to');
  return row;
}

/**
 * Gives each of these people `each` entries of the past years, an hour or more apart: text, mood, category, tags and
 * measures, every twentieth in the trash. For version 2 of the schema.
 */
export async function fillDiaries(client: Client, people: OldPerson[], each: number): Promise<void> {
  const owners = people.map(({ id }) => id);
  await client.query(
    `with written as (
       select u.id as user_id, n, now() - n * interval '7 hours' as at,
              'Day ' || n || ': a walk along the river, and ' || (array['tea', 'coffee', 'rain'])[1 + n % 3] as text,
              case when n % 7 = 0 then '{}'::text[] else array['walk', 'tag ' || n % 12] end as tags
       from users u, generate_series(1, $2::integer) n
       where u.id = any ($1)
     )
     insert into entries (user_id, text, mood, category, tags, measures, at, time_zone, local_day,
                          created_at, updated_at, version, deleted_at, search)
     select user_id, text, case when n % 5 > 0 then 1 + n % 10 end, (array['general', 'work'])[1 + n % 2], tags,
            case when n % 2 = 0 then jsonb_build_object('sleep_hours', 5 + n % 9 / 2.0, 'ran', n % 4 = 0) else '{}' end,
            at, 'Europe/Berlin', local_day(at, 'Europe/Berlin', 0), at, at, 1 + n % 3,
            case when n % 20 = 0 then at end,
            setweight(to_tsvector('simple', text), 'D') || setweight(array_to_tsvector(tags), 'A') || owner_word(user_id)
     from written`,
    [owners, each],
  );
  await client.query('update journals set revision = revision + $2 where user_id = any ($1)', [owners, each]);
  await client.query('analyze entries, journals');
}
