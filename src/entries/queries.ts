import { instantText } from '../db/instant.ts';
import { count, first, one } from '../db/sql.ts';
import { entryJson } from './entry-json.ts';

export interface EntryRow {
  /** The entry as JSON text. */
  entry: string;
  id: string;
  version: number;
}

/** The members of a new entry, as `$from` and on; null takes the default of the diary. */
export type NewEntry = [
  text: string,
  mood: number | null,
  category: string,
  tags: readonly string[],
  measures: object,
  at: string,
  timeZone: string | null,
  /** The text of a tsvector. */
  document: string,
];

/** Raises the revision, which locks the diary, and gives its rules for days as they are under the lock. */
const raiseRevision = `update journals set revision = revision + 1 where user_id = $1
     returning user_id, time_zone, day_start_minutes, webhooks`;

/**
 * Locks the diary without raising the revision, for writes that may find nothing to do. The lock comes
 * first everywhere, so that two writes never wait for each other in a ring.
 */
const lockJournal = `select user_id, time_zone, day_start_minutes, webhooks from journals
     where user_id = $1 for no key update`;

/** Writes deliveries in the statement of the change; who has no webhooks pays for one comparison. */
const announced = (event: string) =>
  `case when (select webhooks from journal) > 0 then announce($1, ${event}, ${entryJson}) end as announced`;

const atVersion = '($3::integer[] is null or e.version = any ($3))';

/** A change of the entry `$2` of the user `$1`, if it meets the condition; only then the revision rises. */
const changing = (event: string, set: string, condition: string) => `with journal as (
     ${lockJournal}
   ), written as (
     update entries e
     set ${set}, updated_at = now(), version = e.version + 1
     from journal
     where e.user_id = $1 and e.id = $2 and e.user_id = journal.user_id and ${condition}
     returning e.*
   ), raised as (
     update journals j set revision = revision + 1 from written w where j.user_id = w.user_id
   )
   select e.id, e.version, ${entryJson} as entry, ${announced(`'${event}'`)} from written e`;

const newRow = (from: number) => `$${from}, $${from + 1}, $${from + 2}, $${from + 3}, $${from + 4},
     $${from + 5}::timestamptz, coalesce($${from + 6}, journal.time_zone),
     local_day($${from + 5}::timestamptz, coalesce($${from + 6}, journal.time_zone), journal.day_start_minutes),
     $${from + 7}::tsvector || owner_word(journal.user_id)`;

const columns = 'text, mood, category, tags, measures, at, time_zone, local_day, search';

/** A new entry under an id of the database's making. No row where the account is gone. */
export const createEntry = first<[userId: string, ...NewEntry], EntryRow>(
  'create_entry',
  `with journal as (
     ${raiseRevision}
   )
   insert into entries as e (user_id, ${columns})
   select journal.user_id, ${newRow(2)} from journal
   returning e.id, e.version, ${entryJson} as entry, ${announced(`'entry.created'`)}`,
);

const putText = (condition: string) => `with journal as (
     ${raiseRevision}
   )
   insert into entries as e (user_id, id, ${columns})
   select journal.user_id, $2, ${newRow(3)} from journal
   on conflict (user_id, id) do update
   set text = excluded.text, mood = excluded.mood, category = excluded.category, tags = excluded.tags,
       measures = excluded.measures, at = excluded.at, time_zone = excluded.time_zone,
       local_day = excluded.local_day, search = excluded.search, updated_at = now(), version = e.version + 1, deleted_at = null
   ${condition}
   returning e.id, e.version, ${entryJson} as entry,
     ${announced(`case e.version when 1 then 'entry.created' else 'entry.updated' end`)}`;

/** Creates an entry under the client's id, or replaces it whole; from the trash it comes back. Version 1 was created. */
export const putEntry = first<[userId: string, id: string, ...NewEntry], EntryRow>('put_entry', putText(''));

/** The same only where there is no such entry, other than in the trash; else no row. */
export const putEntryIfNone = first<[userId: string, id: string, ...NewEntry], EntryRow>(
  'put_entry_if_none',
  putText('where e.deleted_at is not null'),
);

/** The members of a change: null leaves one as it is. */
export type EntryChange = [
  text: string | null,
  setMood: boolean,
  mood: number | null,
  category: string | null,
  tags: readonly string[] | null,
  clearMeasures: boolean,
  measures: object,
  removedMeasures: readonly string[],
  at: string | null,
  defaultTimeZone: boolean,
  timeZone: string | null,
  /** Weights of the parts of the search document that stay, and the text of a tsvector of those that change. */
  keptWeights: readonly string[],
  document: string,
];

const changedZone = 'case when $13 then journal.time_zone else coalesce($14, e.time_zone) end';

/** Changes members of an entry, at one of `versions` where those are given. No row where there is none such. */
export const updateEntry = first<
  [userId: string, id: string, versions: readonly number[] | null, ...EntryChange],
  EntryRow
>(
  'update_entry',
  changing(
    'entry.updated',
    `text = coalesce($4, e.text), mood = case when $5 then $6 else e.mood end,
         category = coalesce($7, e.category), tags = coalesce($8, e.tags),
         measures = (case when $9 then '{}' else e.measures end || $10::jsonb) - $11::text[],
         at = coalesce($12, e.at), time_zone = ${changedZone},
         local_day = local_day(coalesce($12, e.at), ${changedZone}, journal.day_start_minutes),
         search = (ts_filter(e.search, $15::"char"[])::text || ' ' || $16)::tsvector || owner_word($1)`,
    `e.deleted_at is null and ${atVersion}`,
  ),
);

export const findEntry = first<[userId: string, id: string], EntryRow>(
  'find_entry',
  `select e.id, e.version, ${entryJson} as entry from entries e
   where e.user_id = $1 and e.id = $2 and e.deleted_at is null`,
  { brief: 'row' },
);

/** Whether an entry is there, asked after a conditional write found none at the versions it named. */
export const findVersion = first<[userId: string, id: string], { version: number }>(
  'find_version',
  'select version from entries where user_id = $1 and id = $2 and deleted_at is null',
);

/** Moves an entry into the trash, at one of `versions` where those are given. No row where there is none such. */
export const trashEntry = first<[userId: string, id: string, versions: readonly number[] | null], EntryRow>(
  'trash_entry',
  changing('entry.deleted', 'deleted_at = now()', `e.deleted_at is null and ${atVersion}`),
);

/** Brings an entry back from the trash. No row where it is not in it. */
export const restoreEntry = first<[userId: string, id: string], EntryRow>(
  'restore_entry',
  changing('entry.restored', 'deleted_at = null', 'e.deleted_at is not null'),
);

/** The revision of a diary: one row, whatever is in it. */
export const findRevision = first<[userId: string], { revision: string }>(
  'find_revision',
  'select revision::text from journals where user_id = $1',
  { brief: 'row' },
);

const vocabulary = (name: string, source: string) => `select coalesce(json_agg(json_build_object('name', name,
     'entries', entries, 'last_at', ${instantText('last_at')}) order by entries desc, name collate "C"), '[]')::text as list
   from (
     select ${name} as name, count(*) as entries, max(e.at) as last_at
     from entries e${source}
     where e.user_id = $1 and e.deleted_at is null
     group by 1
   ) used`;

export const listCategories = one<[userId: string], { list: string }>(
  'list_categories',
  vocabulary('e.category', ''),
);

export const listTags = one<[userId: string], { list: string }>(
  'list_tags',
  vocabulary('tag', ', unnest(e.tags) tag'),
);

export const listMeasures = one<[userId: string], { list: string }>(
  'list_measures',
  vocabulary('measure', ', jsonb_object_keys(e.measures) measure'),
);

/**
 * Deletes for good what has lain in the trash for 30 days. Raises the revision, under which lists of the trash are
 * cached, and locks the diaries first, like every write; what was restored meanwhile stays.
 */
export const operatorEmptyTrash = count<[limit: number]>(
  'operator_empty_trash',
  `with due as (
     select user_id, id from entries where deleted_at < now() - interval '30 days' limit $1
   ), journal as (
     select user_id from journals where user_id in (select user_id from due) order by user_id for no key update
   ), gone as (
     delete from entries e using journal, due
     where e.user_id = journal.user_id and e.user_id = due.user_id and e.id = due.id
       and e.deleted_at < now() - interval '30 days'
     returning e.user_id
   ), raised as (
     update journals set revision = revision + 1 where user_id in (select user_id from gone)
   )
   select user_id from gone`,
);
