import { api } from '../api/client.ts';
import type { Entry, ListQuery } from '../api/types.ts';
import { noteChanges, type EntryNews } from '../app/channel.ts';
import { newestFirst } from '../entry/newest-first.ts';
import { shiftDay, today } from '../look/days.ts';
import { store } from './store.ts';

const days = 31;
/** Somebody who writes more than this in a month reads the rest online. */
const mostPages = 20;

/** Copies the latest month from the server, so that it can be read without one. */
export async function keepMonth(): Promise<void> {
  const meanwhile = noteChanges();
  const entries = await latestMonth();
  if (entries !== null) await keepListed(entries, meanwhile.changes, true);
  meanwhile.end();
}

/** As the server has it; null where it does not answer. */
async function latestMonth(): Promise<Entry[] | null> {
  const from = shiftDay(today(), -days);
  const entries: Entry[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const query: ListQuery = { from, limit: 100, ...(cursor === null ? {} : { cursor }) };
    const { data } = await api.GET('/api/v1/entries', { params: { query } });
    if (data === undefined) return null;
    entries.push(...data.entries);
    cursor = data.next_cursor;
    if (cursor === null) break;
  }
  return entries;
}

/**
 * Keeps entries as a list told them, `isWhole` instead of all that is kept; but what changed while the list was asked for,
 * or waits to be sent, stays as it is kept.
 */
export async function keepListed(
  entries: readonly Entry[],
  changes: readonly EntryNews[],
  isWhole = false,
): Promise<void> {
  const transaction = (await store()).transaction(['entries', 'outbox'], 'readwrite');
  const kept = transaction.objectStore('entries');
  const waiting = await transaction.objectStore('outbox').getAllKeys();
  const newer = new Set([...waiting, ...changes.map(({ id }) => id)]);
  if (isWhole) for (const id of await kept.getAllKeys()) if (!newer.has(id)) void kept.delete(id);
  for (const entry of entries) if (isKept(entry) && !newer.has(entry.id)) void kept.put(entry);
  await transaction.done;
}

function isKept({ local_day }: Entry): boolean {
  return local_day >= shiftDay(today(), -days);
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
  else if (isKept(entry)) await db.put('entries', entry);
}
