import { hear } from '../app/channel.ts';
import { api } from '../api/client.ts';
import type { Entry } from '../api/types.ts';
import { keepEntry, keptEntries } from '../offline/month.ts';
import type { Day } from '../look/days.ts';

/** The entries of one day, followed while the component that asks lives: first those kept here, then the server's. */
export function dayEntries(day: () => Day) {
  const found = $state<{ entries: Entry[]; isLoaded: boolean }>({ entries: [], isLoaded: false });

  async function load(of: Day, isCurrent: () => boolean) {
    const kept = await keptEntries(of, of);
    if (isCurrent() && !found.isLoaded) found.entries = kept;
    const { data } = await api.GET('/api/v1/entries', {
      params: { query: { from: of, to: of, limit: 100 } },
    });
    // Kept before it is shown: what somebody has seen here is here without the server too.
    if (data !== undefined) await Promise.all(data.entries.map((each) => keepEntry(each.id, each)));
    if (!isCurrent()) return;
    if (data !== undefined) found.entries = data.entries;
    found.isLoaded = true;
  }

  $effect(() => {
    const of = day();
    let isCurrent = true;
    found.isLoaded = false;
    void load(of, () => isCurrent);
    const stop = hear((news) => {
      if (news.what === 'many' || news.what === 'signed-in') void load(of, () => isCurrent);
      if (news.what !== 'entry') return;
      const { id, entry } = news;
      const others = found.entries.filter((each) => each.id !== id);
      found.entries = entry?.local_day === of ? [...others, entry] : others;
      found.entries.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
    });
    return () => {
      isCurrent = false;
      stop();
    };
  });
  return found;
}
