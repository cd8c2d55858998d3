import { one, type Query } from '../db/sql.ts';
import { entryJson, trashedEntryJson } from './entry-json.ts';

/** What a list is narrowed to; what is undefined narrows nothing. Days are YYYY-MM-DD, times RFC 3339 in UTC. */
export interface Filters {
  trash: boolean;
  order: 'asc' | 'desc';
  fromDay?: string | undefined;
  toDay?: string | undefined;
  fromTime?: string | undefined;
  toTime?: string | undefined;
  category?: string | undefined;
  tags?: readonly string[] | undefined;
  moodMin?: number | undefined;
  moodMax?: number | undefined;
}

/** The last entry of the page before. */
export interface Position {
  at: string;
  id: string;
}

export interface Page {
  /** The entries as the JSON text of a list. */
  entries: string;
  more: boolean;
  last_at: string | null;
  last_id: string | null;
}

interface Condition {
  /** Stands in the statement's name. */
  letter: string;
  /** The condition, its parameters numbered from `n`. */
  text: (n: number) => string;
  values: unknown[];
}

/** The statement for a page of at most `limit` entries after \`position\`, and its values. */
export function pageStatement(userId: string, filters: Filters, position: Position | null, limit: number) {
  const conditions = [...filterConditions(filters), ...positionConditions(filters, position)];
  const { name, where, values } = compose(conditions, [userId, limit]);
  const direction = filters.order;
  const order = `e.at ${direction}, e.id ${direction}`;
  const scope = filters.trash ? 'trash' : 'live';
  const text = `select '[' || coalesce(string_agg(entry, ',') filter (where n <= $2), '') || ']' as entries,
       coalesce(bool_or(n > $2), false) as more,
       max(at) filter (where n = $2) as last_at, max(id::text) filter (where n = $2) as last_id
   from (
     select row_number() over (order by ${order}) as n, e.at, e.id, ${filters.trash ? trashedEntryJson : entryJson} as entry
     from entries e
     where e.user_id = $1 and e.deleted_at is ${filters.trash ? 'not null' : 'null'}${where}
     order by ${order}
     limit $2 + 1
   ) page`;
  const query: Query<unknown[], Page> = one(`list_${scope}_${direction}${name}`, text);
  return { query, values };
}

/** The statement that counts what the filters leave, and its values. */
export function totalStatement(userId: string, filters: Filters) {
  const { name, where, values } = compose(filterConditions(filters), [userId]);
  const text = `select count(*)::integer as total from entries e
   where e.user_id = $1 and e.deleted_at is ${filters.trash ? 'not null' : 'null'}${where}`;
  const query: Query<unknown[], { total: number }> = one(
    `count_${filters.trash ? 'trash' : 'live'}${name}`,
    text,
  );
  return { query, values };
}

/** Numbers the parameters of the conditions after the `values` that the statement has already. */
function compose(conditions: Condition[], values: unknown[]) {
  let where = '';
  for (const condition of conditions) {
    where += ` and ${condition.text(values.length + 1)}`;
    values.push(...condition.values);
  }
  const letters = conditions.map((condition) => condition.letter).join('');
  return { name: letters === '' ? '' : `_${letters}`, where, values };
}

/**
 * A day's entries lie within two days of it on the clock, whatever the time zone and the start of the day
 * (offsets reach from -16 to +16 hours in history, a day may start 12 hours late): the second half of the
 * day conditions lets the index on `at` skip the rest.
 */
function filterConditions(filters: Filters): Condition[] {
  const { fromDay, toDay, fromTime, toTime, category, tags, moodMin, moodMax } = filters;
  const all: [string, unknown, (n: number) => string][] = [
    ['f', fromDay, (n) => `e.local_day >= $${n} and e.at >= ($${n}::date - 2)::timestamp at time zone 'UTC'`],
    ['t', toDay, (n) => `e.local_day <= $${n} and e.at < ($${n}::date + 3)::timestamp at time zone 'UTC'`],
    ['F', fromTime, (n) => `e.at >= $${n}`],
    ['T', toTime, (n) => `e.at < $${n}`],
    ['c', category, (n) => `e.category = $${n}`],
    ['g', tags, (n) => `e.tags @> $${n}::text[]`],
    ['m', moodMin, (n) => `e.mood >= $${n}`],
    ['M', moodMax, (n) => `e.mood <= $${n}`],
  ];
  return all
    .filter(([, value]) => value !== undefined)
    .map(([letter, value, text]) => ({ letter, text, values: [value] }));
}

function positionConditions(filters: Filters, position: Position | null): Condition[] {
  if (position === null) return [];
  const comparison = filters.order === 'asc' ? '>' : '<';
  return [
    {
      letter: 'p',
      text: (n) => `(e.at, e.id) ${comparison} ($${n}::timestamptz, $${n + 1}::uuid)`,
      values: [position.at, position.id],
    },
  ];
}
