import type { Entry, ListQuery } from '../api/types.ts';
import { readDay } from '../look/days.ts';

/** What the timeline is narrowed to, as it stands in the address. */
export type Filters = Pick<
  ListQuery,
  'q' | 'category' | 'tag' | 'mood_min' | 'mood_max' | 'from' | 'to' | 'trash'
>;

export function readFilters(query: string): Filters {
  const params = new URLSearchParams(query);
  const text = (name: string) => params.get(name) ?? undefined;
  const mood = (name: string) =>
    /^(?:[1-9]|10)$/.test(params.get(name) ?? '') ? Number(params.get(name)) : undefined;
  const day = (name: string) => readDay(params.get(name)) ?? undefined;
  const tags = [...new Set(params.getAll('tag').filter((tag) => tag !== ''))];
  return defined({
    q: text('q'),
    category: text('category'),
    tag: tags.length === 0 ? undefined : tags,
    mood_min: mood('mood_min'),
    mood_max: mood('mood_max'),
    from: day('from'),
    to: day('to'),
    trash: params.get('trash') === 'true' ? true : undefined,
  });
}

/** The address of the timeline with these filters. */
export function timelineAt(filters: Filters): string {
  const pairs = Object.entries(filters).flatMap(([name, value]) =>
    [value]
      .flat()
      .filter((each) => each !== undefined && each !== '')
      .map((each) => [name, String(each)]),
  );
  const query = new URLSearchParams(pairs).toString();
  return query === '' ? '/timeline' : `/timeline?${query}`;
}

export function isFiltered({ trash: _trash, ...filters }: Filters): boolean {
  return Object.values(filters).some((value) => value !== undefined && value !== '');
}

/** Whether an entry is one that these filters let through; words are left to the server and its index. */
export function lets(filters: Filters, entry: Entry): boolean {
  const { category, tag = [], mood_min: least, mood_max: most, from, to } = filters;
  return (
    (category === undefined || entry.category === category) &&
    tag.every((each) => entry.tags.includes(each)) &&
    (least === undefined || (entry.mood ?? 0) >= least) &&
    (most === undefined || (entry.mood ?? 11) <= most) &&
    (from === undefined || entry.local_day >= from) &&
    (to === undefined || entry.local_day <= to)
  );
}

function defined(filters: Record<string, unknown>): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}
