import type { Static } from 'typebox';
import type { Sql } from '../db/sql.ts';
import type { Cursors } from '../http/cursor.ts';
import type { RevisionCache } from '../http/revision-cache.ts';
import { isDay, parseInstant } from '../http/formats.ts';
import { validationFailed } from '../http/problem.ts';
import { pageStatement, totalStatement, type Filters } from './list.ts';
import { searchQuery } from './search-query.ts';
import type { listQuery } from './schemas.ts';

export type ListQuery = Static<typeof listQuery>;

/** One page of a list as JSON text, and the address of the next one. 400 `invalid_cursor`. */
export async function page(
  sql: Sql,
  { cursors, cache }: { cursors: Cursors; cache: RevisionCache },
  userId: string,
  query: ListQuery,
): Promise<{ json: string; next: string | null; revision: string }> {
  const { limit = 20, cursor, ...rest } = query;
  if (rest.sort === 'rank' && (rest.q ?? '') === '') {
    throw validationFailed([{ pointer: '?sort', detail: 'rank needs words to search for in q' }]);
  }
  const filters = filtersOf(rest);
  const scope = `${userId} /entries ${addressOf(rest)}`;
  const [at = '', id = '', rank] = cursor === undefined ? [] : cursors.read(scope, cursor);
  const statement = pageStatement(userId, filters, cursor === undefined ? null : { at, id, rank }, limit);
  const found = await statement.query(sql, ...statement.values);
  const next = found.more
    ? cursors.write(scope, [
        found.last_at ?? '',
        found.last_id ?? '',
        ...(filters.byRank ? [found.last_rank ?? ''] : []),
      ])
    : null;
  const count = () => countAll(sql, userId, filters);
  const total =
    rest.total === true
      ? `,"total":${await cache.get(userId, `total ${addressOf({ ...rest, order: 'desc' })}`, found.revision, count)}`
      : '';
  return {
    revision: found.revision,
    json: `{"entries":${found.entries},"next_cursor":${JSON.stringify(next)}${total}}`,
    next: next === null ? null : `/api/v1/entries?${addressOf({ ...rest, limit, cursor: next })}`,
  };
}

async function countAll(sql: Sql, userId: string, filters: Filters): Promise<string> {
  const { query, values } = totalStatement(userId, filters);
  return String((await query(sql, ...values)).total);
}

function filtersOf(query: Omit<ListQuery, 'limit' | 'cursor'>): Filters {
  const {
    from,
    to,
    category,
    tag,
    mood_min: moodMin,
    mood_max: moodMax,
    trash = false,
    order = 'desc',
    q,
    sort,
  } = query;
  return {
    trash,
    order,
    category,
    tags: tag,
    moodMin,
    moodMax,
    byRank: sort === 'rank',
    // What has no word in it is in no entry; an empty search field asks for nothing.
    search: q === undefined || q === '' ? undefined : (searchQuery(q) ?? `'nothing' & !'nothing'`),
    ...(from === undefined ? {} : isDay(from) ? { fromDay: from } : { fromTime: parseInstant(from) ?? from }),
    ...(to === undefined ? {} : isDay(to) ? { toDay: to } : { toTime: parseInstant(to) ?? to }),
  };
}

/** The parameters as a query string, in the order of their names: the same list has one address. */
function addressOf(query: ListQuery): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((each) => [name, String(each)] as [string, string]),
  );
  return new URLSearchParams(pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))).toString();
}
