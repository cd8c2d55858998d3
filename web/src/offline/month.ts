import { api } from '../api/client.ts';
import type { Entry, ListQuery } from '../api/types.ts';
import { newestFirst } from '../entry/newest-first.ts';
import { shiftDay, today } from '../look/days.ts';
import { store } from './store.ts';

const days = 31;
/** Somebody who writes more than this in a month reads the rest online. */
const mostPages = 20;

/** Copies the latest month from the server, so that it can be read without one. */
export async function keepMonth(): Promise<void> {
  const from = shiftDay(today(), -days);
  const entries: Entry[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const query: ListQuery = { from, limit: 100, ...(cursor === null ? {} : { cursor }) };
    const { data } = await api.GET('/api/v1/entries', { params: { query } });
    if (data === undefined) return;
    entries.push(...data.entries);
    cursor = data.next_cursor;
    if (cursor === null) break;
  }
  const db = await store();
  const transaction = db.transaction('entries', 'readwrite');
  await transaction.store.clear();
  for (const entry of entries) void transaction.store.put(entry);
  await transaction.done;
}

/** The entries that are kept here, newest first, of the days from `from` to `to`. */
export async function keptEntries(from = '', to = '9999'): Promise<Entry[]> {
  const entries = await (await store()).getAllFromIndex('entries', 'day', IDBKeyRange.bound(from, to));
  return entries.sort(newestFirst);
}

/** Keeps one entry as the server has acknowledged it; null forgets it. */
export async function keepEntry(id: string, entry: Entry | null): Promise<void> {
  const db = await store();
  if (entry === null) await db.delete('entries', id);
  else if (entry.local_day >= shiftDay(today(), -days)) await db.put('entries', entry);
}
