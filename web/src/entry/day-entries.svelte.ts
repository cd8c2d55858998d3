import { hear, noteChanges, type EntryNews } from '../app/channel.ts';
import { api, tell } from '../api/client.ts';
import type { Entry, ListQuery } from '../api/types.ts';
import { keepListed, keptEntries } from '../offline/month.ts';
import { outbox } from '../offline/outbox.svelte.ts';
import type { Day } from '../look/days.ts';
import { newestFirst } from './newest-first.ts';
import { overlay } from './overlay.ts';

/**
 * The entries of one day, followed while the component that asks lives: first those kept here, then the server's, with
 * what waits to be sent. `isLoaded` once the server has told them; `problem` where it did not.
 */
export function dayEntries(day: () => Day) {
  const found = $state<{ entries: Entry[]; isLoaded: boolean; problem: string | null }>({
    entries: [],
    isLoaded: false,
    problem: null,
  });
  const entries = $derived(overlay(found.entries, outbox.items, (entry) => entry.local_day === day()));

  async function load(of: Day, isCurrent: () => boolean) {
    const kept = await keptEntries(of, of);
    if (isCurrent() && !found.isLoaded) found.entries = kept;
    const meanwhile = noteChanges();
    const asked = await allOf(of);
    // Kept before it is shown: what somebody has seen here is here without the server too, unless the browser is full.
    if ('entries' in asked) await keepListed(asked.entries, meanwhile.changes).catch(() => undefined);
    meanwhile.end();
    if (!isCurrent()) return;
    found.problem = 'problem' in asked ? asked.problem : null;
    if ('problem' in asked) return;
    found.entries = meanwhile.changes.reduce((entries, news) => withNews(entries, news, of), asked.entries);
    found.isLoaded = true;
  }

  $effect(() => {
    const of = day();
    let isCurrent = true;
    found.isLoaded = false;
    found.problem = null;
    void load(of, () => isCurrent);
    const stop = hear((news) => {
      if (news.what === 'many' || news.what === 'signed-in' || news.what === 'reached')
        void load(of, () => isCurrent);
      if (news.what === 'entry') found.entries = withNews(found.entries, news, of);
    });
    return () => {
      isCurrent = false;
      stop();
    };
  });
  return {
    get entries() {
      return entries;
    },
    get isLoaded() {
      return found.isLoaded;
    },
    get problem() {
      return found.problem;
    },
  };
}

function withNews(entries: readonly Entry[], { id, entry }: EntryNews, day: Day): Entry[] {
  const others = entries.filter((each) => each.id !== id);
  return (entry?.local_day === day ? [...others, entry] : others).sort(newestFirst);
}

/** All entries of a day, however many pages they are. */
async function allOf(day: Day): Promise<{ entries: Entry[] } | { problem: string }> {
  const entries: Entry[] = [];
  let cursor: string | null = null;
  do {
    const query: ListQuery = { from: day, to: day, limit: 100, ...(cursor === null ? {} : { cursor }) };
    const { data, error } = await api.GET('/api/v1/entries', { params: { query } });
    if (data === undefined) return { problem: tell(error) };
    entries.push(...data.entries);
    cursor = data.next_cursor;
  } while (cursor !== null);
  return { entries };
}
