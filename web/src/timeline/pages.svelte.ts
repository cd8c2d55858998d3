import { api, notReached, tell } from '../api/client.ts';
import type { Entry } from '../api/types.ts';
import { isFound } from '../entry/marks.ts';
import { newestFirst } from '../entry/newest-first.ts';
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

/** The page of a list at a cursor, the first at null: a block at most, and what is known of the rest. */
export async function pageAt(filters: Filters, at: string | null): Promise<Pages> {
  const cursor = at === null ? {} : { cursor: at };
  // The total each time: a cursor is good for the very parameters that it came from.
  const query = { ...filters, limit: size, total: true, ...cursor };
  const { data, error, response } = await api.GET('/api/v1/entries', { params: { query } });
  if (data === undefined) {
    if (response.status === notReached && at === null && filters.trash !== true) return keptPages(filters);
    return { ...noPages(), state: 'failed', detail: tell(error) };
  }
  return {
    blocks: blocksOf(data.entries),
    cursor: data.next_cursor,
    total: data.total ?? null,
    state: data.next_cursor === null ? 'end' : 'more',
    detail: '',
  };
}

/** How many entries the server has in a list; null where it does not answer. */
export async function totalOf(filters: Filters): Promise<number | null> {
  const query = { ...filters, limit: 1, total: true };
  const { data } = await api.GET('/api/v1/entries', { params: { query } });
  return data?.total ?? null;
}

/** What is there now, which may have changed while the page was asked for, and after it that page. */
export function withPage(pages: Pages, page: Pages): Pages {
  if (page.state === 'failed') return { ...pages, state: 'failed', detail: page.detail };
  const known = new Set(pages.blocks.flatMap(({ entries }) => entries.map(({ id }) => id)));
  const fresh = page.blocks
    .map((block) => ({ ...block, entries: block.entries.filter(({ id }) => !known.has(id)) }))
    .filter(({ entries }) => entries.length > 0);
  return { ...page, blocks: [...pages.blocks, ...fresh] };
}

async function keptPages(filters: Filters): Promise<Pages> {
  const kept = (await keptEntries()).filter(
    (entry) => lets(filters, entry) && (filters.q === undefined || isFound(entry, filters.q)),
  );
  return { ...noPages(), blocks: blocksOf(kept), state: 'offline' };
}

function blocksOf(entries: readonly Entry[]): Block[] {
  const blocks: Block[] = [];
  for (let from = 0; from < entries.length; from += size) {
    blocks.push({ key: nextKey++, entries: entries.slice(from, from + size), height: 0 });
  }
  return blocks;
}

/** The same pages with one entry changed, gone (null), or put where it belongs. The total counts what is put in or taken out. */
export function withEntry(pages: Pages, id: string, entry: Entry | null, belongs: boolean): Pages {
  const isIn = (block: Block) => block.entries.some((each) => each.id === id);
  const had = pages.blocks.some(isIn);
  const others = pages.blocks.map((block) =>
    isIn(block) ? { ...block, entries: block.entries.filter((each) => each.id !== id) } : block,
  );
  const blocks = entry === null || !belongs ? null : placed(others, entry, pages.cursor !== null);
  const change = (blocks === null ? 0 : 1) - (had ? 1 : 0);
  const total = pages.total === null ? null : pages.total + change;
  return { ...pages, total, blocks: blocks ?? others.filter((block) => block.entries.length > 0) };
}

/** The blocks with that entry in its place; null where it is older than all that is loaded, and more may come. */
function placed(blocks: Block[], entry: Entry, hasMore: boolean): Block[] | null {
  if (blocks.length === 0) return blocksOf([entry]);
  const found = blocks.findIndex((block) => block.entries.some((each) => newestFirst(entry, each) < 0));
  if (found < 0 && hasMore) return null;
  const index = found < 0 ? blocks.length - 1 : found;
  return blocks.map((block, at) =>
    at === index ? { ...block, entries: [...block.entries, entry].sort(newestFirst) } : block,
  );
}
