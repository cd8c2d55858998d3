import type { Entry } from '../api/types.ts';

/** What one tab tells the others, and one part of the app the rest. `entry` is null for one that is gone. */
export type News =
  | { what: 'entry'; id: string; entry: Entry | null }
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
