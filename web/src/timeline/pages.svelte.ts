import { api, notReached, tell } from '../api/client.ts';
import type { Entry } from '../api/types.ts';
import { newestFirst } from '../entry/overlay.ts';
import { keptEntries } from '../offline/month.ts';
import { lets, type Filters } from './filters.ts';

/** Entries are asked for, drawn and taken off the page so many at a time. */
const size = 40;

export interface Block {
  key: number;
  entries: Entry[];
  /** As it was last drawn, in pixels; 0 before that. */
  height: number;
}

export interface Pages {
  blocks: Block[];
  cursor: string | null;
  total: number | null;
  state: 'loading' | 'more' | 'end' | 'failed' | 'offline';
  detail: string;
}

export const noPages = (): Pages => ({ blocks: [], cursor: null, total: null, state: 'loading', detail: '' });

let nextKey = 0;

/** The next page of a list, after those that are there. */
export async function nextPage(filters: Filters, pages: Pages): Promise<Pages> {
  const isFirst = pages.blocks.length === 0;
  const cursor = pages.cursor === null ? {} : { cursor: pages.cursor };
  // The total each time: a cursor is good for the very parameters that it came from.
  const query = { ...filters, limit: size, total: true, ...cursor };
  const { data, error, response } = await api.GET('/api/v1/entries', { params: { query } });
  if (data === undefined) {
    if (response.status === notReached && isFirst && filters.trash !== true) return keptPages(filters);
    return { ...pages, state: 'failed', detail: tell(error) };
  }
  const block = { key: nextKey++, entries: data.entries, height: 0 };
  return {
    blocks: data.entries.length === 0 ? pages.blocks : [...pages.blocks, block],
    cursor: data.next_cursor,
    total: data.total ?? pages.total,
    state: data.next_cursor === null ? 'end' : 'more',
    detail: '',
  };
}

async function keptPages(filters: Filters): Promise<Pages> {
  const sought = (filters.q ?? '').toLowerCase();
  const kept = (await keptEntries()).filter(
    (entry) => lets(filters, entry) && `${entry.text} ${entry.tags.join(' ')}`.toLowerCase().includes(sought),
  );
  const blocks: Block[] = [];
  for (let from = 0; from < kept.length; from += size) {
    blocks.push({ key: nextKey++, entries: kept.slice(from, from + size), height: 0 });
  }
  return { blocks, cursor: null, total: null, state: 'offline', detail: '' };
}

/** The same pages with one entry changed, gone (null), or put where it belongs. */
export function withEntry(pages: Pages, id: string, entry: Entry | null, belongs: boolean): Pages {
  const had = pages.blocks.some((block) => block.entries.some((each) => each.id === id));
  const kept = pages.blocks.map((block) =>
    block.entries.some((each) => each.id === id)
      ? { ...block, entries: block.entries.filter((each) => each.id !== id) }
      : block,
  );
  const change = (entry !== null && belongs ? 1 : 0) - (had ? 1 : 0);
  const total = pages.total === null ? null : pages.total + change;
  if (entry === null || !belongs)
    return { ...pages, total, blocks: kept.filter((block) => block.entries.length > 0) };
  if (kept.length === 0)
    return { ...pages, total, blocks: [{ key: nextKey++, entries: [entry], height: 0 }] };
  const found = kept.findIndex((block) => block.entries.some((each) => newestFirst(entry, each) < 0));
  // Older than all that is loaded: it comes with its own page.
  if (found < 0 && pages.cursor !== null) return { ...pages, total, blocks: kept };
  const index = found < 0 ? kept.length - 1 : found;
  const blocks = kept.map((block, at) =>
    at === index ? { ...block, entries: [...block.entries, entry].sort(newestFirst) } : block,
  );
  return { ...pages, total, blocks };
}
