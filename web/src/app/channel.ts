import type { Entry } from '../api/types.ts';

export interface EntryNews {
  what: 'entry';
  id: string;
  /** Null for one that is gone. */
  entry: Entry | null;
}

/** What one tab tells the others, and one part of the app the rest. */
export type News =
  | EntryNews
  | { what: 'outbox' }
  | { what: 'many' }
  /** To this tab alone: the server answers again, and what failed meanwhile may be asked for once more. */
  | { what: 'reached' }
  | { what: 'signed-in' }
  | { what: 'signed-out' };

const channel = new BroadcastChannel('daymark');
const listeners = new Set<(news: News, isOwn: boolean) => void>();

channel.addEventListener('message', (event: MessageEvent<News>) => {
  for (const listen of listeners) listen(event.data, false);
});

/** Tells this tab and all others. */
export function announce(news: News): void {
  channel.postMessage(news);
  tellHere(news);
}

/** Tells this tab alone. */
export function tellHere(news: News): void {
  for (const listen of listeners) listen(news, true);
}

/** Hears news until the function it gives is called. */
export function hear(listen: (news: News, isOwn: boolean) => void): () => void {
  listeners.add(listen);
  return () => listeners.delete(listen);
}

/** Notes the entries that change until the end: an answer that is on its way meanwhile may not know of them. */
export function noteChanges(): { changes: readonly EntryNews[]; end(): void } {
  const changes: EntryNews[] = [];
  const end = hear((news) => {
    if (news.what === 'entry') changes.push(news);
  });
  return { changes, end };
}
