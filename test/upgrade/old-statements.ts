// What a node sends that was made for version 2 of the schema, where entries begin: the texts are kept as they were, since
// during an upgrade such a node goes on working on every newer version. Never brought up to date.

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const entryJson = `json_build_object('id', e.id, 'text', e.text, 'mood', e.mood, 'category', e.category, 'tags', e.tags,
  'measures', e.measures, 'at', ${instant('e.at')}, 'time_zone', e.time_zone, 'local_day', e.local_day,
  'created_at', ${instant('e.created_at')}, 'updated_at', ${instant('e.updated_at')}, 'version', e.version)::text`;

const raiseRevision = `update journals set revision = revision + 1 where user_id = $1
  returning user_id, time_zone, day_start_minutes`;

const newRow = (from: number) => `$${from}, $${from + 1}, $${from + 2}, $${from + 3}, $${from + 4},
  $${from + 5}::timestamptz, coalesce($${from + 6}, journal.time_zone),
  local_day($${from + 5}::timestamptz, coalesce($${from + 6}, journal.time_zone), journal.day_start_minutes),
  $${from + 7}::tsvector || owner_word(journal.user_id)`;

const columns = 'text, mood, category, tags, measures, at, time_zone, local_day, search';

const changing = (set: string, condition: string) => `with journal as (
    select user_id, time_zone, day_start_minutes from journals where user_id = $1 for no key update
  ), written as (
    update entries e set ${set}, updated_at = now(), version = e.version + 1
    from journal
    where e.user_id = $1 and e.id = $2 and e.user_id = journal.user_id and ${condition}
    returning e.*
  ), raised as (
    update journals j set revision = revision + 1 from written w where j.user_id = w.user_id
  )
  select e.id, e.version, ${entryJson} as entry from written e`;

/** Account, diary, first session and the event of it; $1 e-mail, $2 hash, $3 time zone, $4 hash of the token. */
export const register = {
  name: 'register',
  text: `with u as (
    insert into users (email, password_hash) values ($1, $2) returning *
  ), j as (
    insert into journals (user_id, time_zone) select id, $3 from u returning *
  ), s as (
    insert into sessions (user_id, kind, token_hash, last_used_at, expires_at, ip)
    select id, 'session', $4, now(), now() + interval '90 days', '127.0.0.1' from u
  ), e as (
    insert into account_events (user_id, type, ip) select id, 'account.registered', '127.0.0.1' from u
  )
  select u.id from u join j on j.user_id = u.id`,
};

/** A sign-in; $1 user, $2 hash of the token. */
export const startSession = {
  name: 'start_session',
  text: `with s as (
    insert into sessions (user_id, kind, token_hash, last_used_at, expires_at, ip)
    values ($1, 'session', $2, now(), now() + interval '90 days', '127.0.0.1')
  ), e as (
    insert into account_events (user_id, type, ip) values ($1, 'login.succeeded', '127.0.0.1')
  )
  select u.id from users u join journals j on j.user_id = u.id where u.id = $1`,
};

/** $1 user, then the members of a new entry and its search document. */
export const createEntry = {
  name: 'create_entry',
  text: `with journal as (
    ${raiseRevision}
  )
  insert into entries as e (user_id, ${columns})
  select journal.user_id, ${newRow(2)} from journal
  returning e.id, e.version, ${entryJson} as entry`,
};

/** The same with $2 as the entry's id; replaces the one that is there. */
export const putEntry = {
  name: 'put_entry',
  text: `with journal as (
    ${raiseRevision}
  )
  insert into entries as e (user_id, id, ${columns})
  select journal.user_id, $2, ${newRow(3)} from journal
  on conflict (user_id, id) do update
  set text = excluded.text, mood = excluded.mood, category = excluded.category, tags = excluded.tags,
      measures = excluded.measures, at = excluded.at, time_zone = excluded.time_zone, local_day = excluded.local_day,
      search = excluded.search, updated_at = now(), version = e.version + 1, deleted_at = null
  returning e.id, e.version, ${entryJson} as entry`,
};

/** $1 user, $2 entry. */
export const trashEntry = {
  name: 'trash_entry',
  text: changing('deleted_at = now()', 'e.deleted_at is null'),
};

/** $1 user, $2 entry. */
export const restoreEntry = {
  name: 'restore_entry',
  text: changing('deleted_at = null', 'e.deleted_at is not null'),
};

/** The first page of the timeline; $1 user, $2 its length. */
export const listEntries = {
  name: 'list_live_desc',
  text: `select '[' || coalesce(string_agg(entry, ',') filter (where n <= $2), '') || ']' as entries
  from (
    select row_number() over (order by e.at desc, e.id desc) as n, ${entryJson} as entry
    from entries e where e.user_id = $1 and e.deleted_at is null
    order by e.at desc, e.id desc
    limit $2 + 1
  ) page`,
};
