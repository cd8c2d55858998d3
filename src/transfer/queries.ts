import type { Static } from 'typebox';
import { instantText } from '../db/instant.ts';
import { count, first, many } from '../db/sql.ts';
import type { importAccepted } from './schemas.ts';

/** An import as the contract shows it, as JSON text. */
const importJson = `json_build_object('id', i.id, 'format', i.format, 'state', i.state, 'dry_run', i.dry_run,
  'total', i.total, 'done', i.done, 'created', i.created, 'skipped', i.skipped, 'errors', i.errors,
  'error_count', i.error_count, 'unmapped_moods', i.unmapped_moods, 'left_out', i.left_out,
  'created_at', ${instantText('i.created_at')}, 'finished_at', ${instantText('i.finished_at')})::text`;

export type ImportState = Static<typeof importAccepted>['state'];

/** What whoever brings or takes back a file is told at once. */
export type Accepted = Static<typeof importAccepted>;

/** What an import needs to be run, from where it stands. */
export interface ImportRow {
  id: string;
  format: string;
  state: ImportState;
  dry_run: boolean;
  /** JSON text. */
  mood_map: string;
  time_zone: string;
  email: string;
  total: number | null;
  done: number;
  error_count: number;
  /** JSON texts. */
  unmapped_moods: string;
  left_out: string;
  attempts: number;
}

/** A new import and the event of it; no row where the account is gone. */
export const createImport = first<
  [
    userId: string,
    format: string,
    dryRun: boolean,
    moodMap: object,
    contentHash: Buffer,
    ip: string | null,
    state: 'queued' | 'running',
  ],
  Accepted
>(
  'create_import',
  `with i as (
     insert into imports (user_id, format, dry_run, mood_map, content_hash, time_zone, state)
     select user_id, $2, $3, $4, $5, time_zone, $7 from journals where user_id = $1
     returning user_id, id, state
   ), e as (
     insert into account_events (user_id, type, ip, detail)
     select user_id, 'import.started', $6, jsonb_build_object('import', id, 'format', $2::text, 'dry_run', $3) from i
   )
   select id, state from i`,
);

export const addChunk = count<[userId: string, importId: string, position: number, data: Buffer]>(
  'add_chunk',
  'insert into import_chunks (user_id, import_id, position, data) values ($1, $2, $3, $4)',
);

export const findChunk = first<[userId: string, importId: string, position: number], { data: Buffer }>(
  'find_chunk',
  'select data from import_chunks where user_id = $1 and import_id = $2 and position = $3',
);

export const findImport = first<[userId: string, importId: string], { import: string; state: ImportState }>(
  'find_import',
  `select ${importJson} as import, state from imports i where i.user_id = $1 and i.id = $2`,
);

/** The same for whoever follows it over a connection: no row, too, once their session has ended. */
export const followImport = first<
  [userId: string, importId: string, sessionId: string],
  { import: string; state: ImportState }
>(
  'follow_import',
  `select ${importJson} as import, i.state from imports i
   join sessions s on s.user_id = i.user_id and s.id = $3 and (s.expires_at is null or s.expires_at > now())
   where i.user_id = $1 and i.id = $2`,
);

/** Imports before the one named, newest first. */
export const listImports = many<
  [userId: string, before: string | null, limit: number],
  { import: string; id: string }
>(
  'list_imports',
  `select i.id, ${importJson} as import from imports i
   where i.user_id = $1 and i.id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
   order by i.id desc
   limit $3`,
);

/** Takes an import in hand that is to be run, or to be gone on with; no row where it is at an end. */
export const beginImport = first<[userId: string, importId: string], ImportRow>(
  'begin_import',
  `update imports i set state = 'running', attempts = i.attempts + 1
   from users u
   where i.user_id = $1 and i.id = $2 and u.id = i.user_id and i.state in ('queued', 'running')
   returning i.id, i.format, i.state, i.dry_run, i.mood_map, i.time_zone, u.email, i.total, i.done, i.error_count,
     i.unmapped_moods, i.left_out, i.attempts`,
);

/** An import of this very file that was broken off before its end. */
export const findBrokenOff = first<
  [userId: string, format: string, dryRun: boolean, moodMap: object, contentHash: Buffer],
  { id: string }
>(
  'find_broken_off',
  `select i.id from imports i
   where i.user_id = $1 and i.state = 'running' and i.format = $2 and i.dry_run = $3 and i.mood_map = $4
     and i.content_hash = $5
     and not exists (select from import_chunks c where c.user_id = $1 and c.import_id = i.id)
   limit 1`,
);

export const setTotal = count<[userId: string, importId: string, total: number]>(
  'set_total',
  'update imports set total = $3 where user_id = $1 and id = $2',
);

/** Locks an import that has come so far and goes on; no row where it does not. */
export const lockImport = first<[userId: string, importId: string, done: number], { id: string }>(
  'lock_import',
  `select id from imports where user_id = $1 and id = $2 and state = 'running' and done = $3 for no key update`,
);

/** Ends an import that runs, with one more error where there is one, and lets go of its file. */
export const endImport = first<
  [userId: string, importId: string, state: 'finished' | 'failed', error: string | null],
  { import: string }
>(
  'end_import',
  `with gone as (
     delete from import_chunks where user_id = $1 and import_id = $2
   )
   update imports i
   set state = $3, finished_at = now(),
       total = case when $3 = 'finished' then i.done else coalesce(i.total, i.done) end,
       errors = i.errors || coalesce($4::jsonb, '[]'), error_count = i.error_count + ($4 is not null)::integer
   where i.user_id = $1 and i.id = $2 and i.state in ('queued', 'running')
   returning ${importJson} as import`,
);

/** Cancels an import that is not at its end, and lets go of its file. */
export const cancelImport = first<[userId: string, importId: string], Accepted>(
  'cancel_import',
  `with cancelled as (
     update imports set state = 'cancelled', finished_at = now()
     where user_id = $1 and id = $2 and state in ('queued', 'running')
     returning user_id, id, state
   ), gone as (
     delete from import_chunks c using cancelled i where c.user_id = $1 and c.import_id = i.id
   )
   select id, state from cancelled`,
);

export const addUndoEvent = count<[userId: string, importId: string, ip: string | null]>(
  'add_undo_event',
  `insert into account_events (user_id, type, ip, detail)
   values ($1, 'import.undone', $3, jsonb_build_object('import', $2::text))`,
);

/** Removes for good some of what an import made and nobody has changed since. */
export const undoSome = count<[userId: string, importId: string, most: number]>(
  'undo_some',
  `with journal as (
     update journals set revision = revision + 1 where user_id = $1 returning user_id
   ), made as (
     select e.id from journal j join entries e on e.user_id = j.user_id
     where e.user_id = $1 and e.import_id = $2 and e.version = e.import_version
     limit $3
   )
   delete from entries e using made where e.user_id = $1 and e.id = made.id`,
);

export const markUndone = count<[userId: string, importId: string]>(
  'mark_undone',
  `update imports set state = 'undone', finished_at = now()
   where user_id = $1 and id = $2 and state in ('finished', 'failed', 'cancelled')`,
);

/**
 * Entries member by member, as arrays of one length in text or bytes, tags as texts of arrays in one, measures as JSON; null
 * takes the default. Documents are texts of tsvectors, the owner's word in them.
 */
type EntryColumns = [
  ids: string,
  texts: Buffer,
  moods: string,
  categories: string,
  tags: Buffer,
  measures: Buffer,
  at: string,
  timeZones: string,
  documents: Buffer,
  createdAt: string,
  updatedAt: string,
  versions: string,
  deletedAt: string,
];

/** Writes the entries in $3 to $15 of the import $2 into the diary `journal`; what is there already stays as it is. */
const insertion = `insert into entries (user_id, id, text, mood, category, tags, measures, at, time_zone, local_day,
     search, created_at, updated_at, version, deleted_at, import_id, import_version)
   select j.user_id, t.id, t.text, t.mood, t.category, t.tags::text[], t.measures::jsonb, t.at, t.time_zone,
     local_day(t.at, t.time_zone, j.day_start_minutes), t.document::tsvector,
     coalesce(t.created_at, now()), coalesce(t.updated_at, now()), t.version, t.deleted_at, $2::uuid, t.version
   from journal j, unnest($3::uuid[], $4::text[], $5::smallint[], $6::text[], $7::text[], $8::text[],
     $9::timestamptz[], $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::integer[],
     $15::timestamptz[]) as t (id, text, mood, category, tags, measures, at, time_zone, document, created_at,
     updated_at, version, deleted_at)
   on conflict (user_id, id) do nothing`;

/** Writes entries; those whose id is there already stay as they are. */
export const insertEntries = count<[userId: string, importId: string | null, ...EntryColumns]>(
  'insert_entries',
  `with journal as (
     update journals set revision = revision + 1 where user_id = $1 returning user_id, day_start_minutes
   )
   ${insertion}`,
);

/**
 * Writes the entries of a batch and how far the import has come with it, in one; nothing and no row where it has not come
 * to `done` or does not run any more. `created` are counted beside what is written here. Beyond the first 1,000 errors
 * they are only counted.
 */
export const writeImported = count<
  [
    userId: string,
    importId: string,
    ...entries: EntryColumns,
    done: number,
    rows: number,
    created: number,
    refused: number,
    errors: string,
    unmappedMoods: string,
    leftOut: string,
  ]
>(
  'write_imported',
  `with i as (
     select user_id from imports
     where user_id = $1 and id = $2 and state = 'running' and done = $16 for no key update
   ), journal as (
     update journals j set revision = revision + 1 from i
     where j.user_id = $1 and i.user_id = $1 and $3 <> '{}'::uuid[] returning j.user_id, day_start_minutes
   ), made as (
     ${insertion} returning 1
   )
   update imports
   set done = done + $17, created = created + $18 + (select count(*) from made),
       skipped = skipped + $17 - $18 - $19 - (select count(*) from made),
       errors = errors || $20::jsonb, error_count = error_count + $19, unmapped_moods = $21::jsonb,
       left_out = $22::jsonb, attempts = 0
   where user_id = $1 and id = $2 and exists (select from i)`,
);

/** Takes over the rule for days of an export, where there is no entry yet whose day it would change. */
export const adoptDayStart = count<[userId: string, dayStartMinutes: number]>(
  'adopt_day_start',
  `update journals j set day_start_minutes = $2, revision = revision + 1
   where j.user_id = $1 and j.day_start_minutes <> $2 and not exists (select from entries e where e.user_id = $1)`,
);
