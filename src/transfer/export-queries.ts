import { instantText } from '../db/instant.ts';
import { count, many, one } from '../db/sql.ts';
import { entryJson, trashedEntryJson } from '../entries/entry-json.ts';

export const addExportEvent = count<[userId: string, format: string, ip: string | null]>(
  'add_export_event',
  `insert into account_events (user_id, type, ip, detail)
   values ($1, 'export.started', $3, jsonb_build_object('format', $2::text))`,
);

/** What the first line of an export says of the rest. */
export const exportManifest = one<[userId: string], { manifest: string }>(
  'export_manifest',
  `select json_build_object('format', 'daymark', 'version', 1, 'exported_at', ${instantText('now()')},
     'entries', (select count(*) from entries where user_id = $1),
     'day_start_minutes', (select day_start_minutes from journals where user_id = $1))::text as manifest`,
);

/** Entries after an id, all at null, as lines of JSON, trash included; no text where there are none. */
export const exportLines = one<
  [userId: string, afterId: string | null, limit: number],
  { lines: string | null; last: string | null }
>(
  'export_lines',
  `select string_agg(line || E'\\n', '') as lines, max(id::text) as last
   from (
     select e.id, case when e.deleted_at is null then ${entryJson} else ${trashedEntryJson} end as line
     from entries e
     where e.user_id = $1 and e.id >= coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid)
       and e.id is distinct from $2
     order by e.id
     limit $3
   ) page`,
);

/** Where a list by time goes on: after this entry. */
export interface Place {
  at: string;
  id: string;
}

/** A live entry as tables and notes show it. */
export interface ExportRow extends Place {
  text: string;
  mood: number | null;
  category: string;
  tags: string[];
  /** JSON text. */
  measures: string;
  time_zone: string;
  local_day: string;
  /** HH:MM on the clock on the wall. */
  wall_time: string;
}

// As local_day() reads the four names that PostgreSQL takes for offsets without summer time.
const wallTime = `to_char(e.at at time zone case upper(e.time_zone collate "C")
    when 'CET' then 'Europe/Brussels' when 'MET' then 'Europe/Brussels'
    when 'EET' then 'Europe/Athens' when 'WET' then 'Europe/Lisbon' else e.time_zone end, 'HH24:MI')`;

const exportRow = `e.id, ${instantText('e.at')} as at, e.text, e.mood, e.category, e.tags, e.measures, e.time_zone,
     e.local_day, ${wallTime} as wall_time`;

/** Live entries after a place, oldest first. */
export const exportRows = many<[userId: string, at: string, id: string, limit: number], ExportRow>(
  'export_rows',
  `select ${exportRow} from entries e
   where e.user_id = $1 and e.deleted_at is null and (e.at, e.id) > ($2::timestamptz, $3::uuid)
   order by e.at, e.id
   limit $4`,
);

/** The same of the month whose first day is `month`: its moments lie within two days of it (see entries/list.ts). */
export const exportMonth = many<
  [userId: string, at: string, id: string, limit: number, month: string],
  ExportRow
>(
  'export_month',
  `select ${exportRow} from entries e
   where e.user_id = $1 and e.deleted_at is null and (e.at, e.id) > ($2::timestamptz, $3::uuid)
     and e.local_day >= $5::date and e.local_day < $5::date + interval '1 month'
     and e.at >= ($5::date - 2)::timestamp at time zone 'UTC'
     and e.at < ($5::date + interval '1 month 2 days') at time zone 'UTC'
   order by e.at, e.id
   limit $4`,
);

/** The first days of the months that have live entries, in no order. */
export const exportMonths = many<[userId: string], { month: string }>(
  'export_months',
  `select distinct date_trunc('month', e.local_day)::date::text as month from entries e
   where e.user_id = $1 and e.deleted_at is null`,
);

/** The names of all measures of live entries, in no order. */
export const exportMeasures = many<[userId: string], { name: string }>(
  'export_measures',
  `select distinct name from entries e, jsonb_object_keys(e.measures) name
   where e.user_id = $1 and e.deleted_at is null`,
);
