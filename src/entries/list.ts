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
  /** The text of a tsquery. */
  search?: string | undefined;
  /** By how well they match the search, not by time. */
  byRank?: boolean | undefined;
}

/** The last entry of the page before. */
export interface Position {
  at: string;
  id: string;
  /** Only in lists by rank. */
  rank?: string | undefined;
}

export interface Page {
  /** The entries as the JSON text of a list. */
  entries: string;
  more: boolean;
  last_at: string | null;
  last_id: string | null;
  last_rank: string | null;
  /** The revision of the diary that the page shows. */
  revision: string;
}

interface Condition {
  /** Stands in the statement's name. */
  letter: string;
  /** The condition, its parameters numbered from `n`. */
  text: (n: number, table: string) => string;
  values: unknown[];
}

/** The statement for a page of at most `limit` entries after `position`, and its values. */
export function pageStatement(userId: string, filters: Filters, position: Position | null, limit: number) {
  const { order, trash, search, byRank = false } = filters;
  const before = search === undefined ? positionConditions(filters, position) : [];
  const conditions = filterConditions(filters);
  const { name, where, values } = compose([...conditions, ...before], [userId, limit]);
  const scope = `${trash ? 'trash' : 'live'}_${order}${byRank ? '_rank' : ''}`;
  const json = trash ? trashedEntryJson : entryJson;
  if (search === undefined) {
    const ordered = `e.at ${order}, e.id ${order}`;
    const source = `select row_number() over (order by ${ordered}) as n, e.at, e.id, 0 as rank, ${json} as entry
     ${fromEntries(trash, where)}
     order by ${ordered}
     limit $2 + 1`;
    const query: Query<unknown[], Page> = one(`list_${scope}${name}`, pageOf(source), {
      ...planned(conditions),
      // Where nothing is filtered the index gives the page, however large the diary is.
      ...(conditions.length === 0 && !trash ? { brief: 'page' } : {}),
    });
    return { query, values };
  }
  const after = compose(positionConditions(filters, position), values, 'found');
  const text = pageOf(searchSource(filters, where, after.where), ' order by n');
  const query: Query<unknown[], Page> = one(`search_${scope}${name}${after.name}`, text, { unnamed: true });
  return { query, values };
}

/**
 * Plans are kept for lists with one filter at most: every combination is a statement of its own, thousands in
 * all, and each kept plan is memory of every connection.
 */
function planned(conditions: Condition[]): { unnamed?: true } {
  return conditions.length > 1 ? { unnamed: true } : {};
}

const fromEntries = (trash: boolean, where: string) => `from entries e
     where e.user_id = $1 and e.deleted_at is ${trash ? 'not null' : 'null'}${where}`;

/**
 * One page as one row: its first `limit` rows as JSON text, and whether there is one more. `order` only where
 * the source does not come in order: newer versions of PostgreSQL sort for it, in order or not.
 */
const pageOf = (source: string, order = '') => `select
     '[' || coalesce(string_agg(entry, ','${order}) filter (where n <= $2), '') || ']' as entries,
     coalesce(bool_or(n > $2), false) as more,
     max(at) filter (where n = $2) as last_at, max(id::text) filter (where n = $2) as last_id,
     max(rank) filter (where n = $2)::text as last_rank,
     (select revision::text from journals where user_id = $1) as revision
   from (
     ${source}
   ) page`;

/** Finds by words first, however many they are, then sorts: a scan by time could pass over a whole diary for a rare word. */
function searchSource({ order, trash, byRank }: Filters, where: string, after: string): string {
  const ordered = `${byRank ? `found.rank ${order}, ` : ''}found.at ${order}, found.id ${order}`;
  return `select top.n, e.at, e.id, top.rank, ${trash ? trashedEntryJson : entryJson} as entry
     from (
       with found as materialized (
         select e.id, e.at, ${byRank ? `ts_rank(e.search, $3::tsquery)` : '0'} as rank
         ${fromEntries(trash, where)}
       )
       select row_number() over (order by ${ordered}) as n, found.id, found.rank
       from found where true${after}
       order by ${ordered}
       limit $2 + 1
     ) top
     join entries e on e.user_id = $1 and e.id = top.id`;
}

/** The statement that counts what the filters leave, and its values. */
export function totalStatement(userId: string, filters: Filters) {
  const conditions = filterConditions(filters);
  const { name, where, values } = compose(conditions, [userId]);
  const text = `select count(*)::integer as total from entries e
   where e.user_id = $1 and e.deleted_at is ${filters.trash ? 'not null' : 'null'}${where}`;
  const query: Query<unknown[], { total: number }> = one(
    `count_${filters.trash ? 'trash' : 'live'}${name}`,
    text,
    planned(conditions),
  );
  return { query, values };
}

/** Numbers the parameters of the conditions after the `values` that the statement has already. */
function compose(conditions: Condition[], values: unknown[], table = 'e') {
  let where = '';
  for (const condition of conditions) {
    where += ` and ${condition.text(values.length + 1, table)}`;
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
  const { fromDay, toDay, fromTime, toTime, category, tags, moodMin, moodMax, search } = filters;
  const all: [string, unknown, (n: number) => string][] = [
    // First, so that the query is $3 of every search. The owner is a word of it: see the migration.
    ['q', search, (n) => `e.search @@ (('''=' || $1 || '''')::tsquery && $${n}::tsquery)`],
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

function positionConditions({ order, byRank }: Filters, position: Position | null): Condition[] {
  if (position === null) return [];
  const comparison = order === 'asc' ? '>' : '<';
  const { at, id, rank } = position;
  if (byRank) {
    const text = (n: number, t: string) =>
      `(${t}.rank, ${t}.at, ${t}.id) ${comparison} ($${n}::real, $${n + 1}::timestamptz, $${n + 2}::uuid)`;
    return [{ letter: 'r', text, values: [rank, at, id] }];
  }
  const text = (n: number, t: string) =>
    `(${t}.at, ${t}.id) ${comparison} ($${n}::timestamptz, $${n + 1}::uuid)`;
  return [{ letter: 'p', text, values: [at, id] }];
}
