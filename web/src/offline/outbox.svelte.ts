import { announce, hear } from '../app/channel.ts';
import { keepEdit } from '../app/draft.ts';
import { locks } from '../app/locks.ts';
import type { Entry, Written } from '../api/types.ts';
import { countedDay } from '../look/days.ts';
import { uuid } from '../look/uuid.ts';
import { send, type Sent } from './send.ts';
import { store, type Pending } from './store.ts';

/** What waits to be sent, as every tab sees it. */
export const outbox = $state<{ items: Pending[] }>({ items: [] });

const firstWaitMs = 2000;
const longestWaitMs = 60_000;
let waitMs = firstWaitMs;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Keeps a new or changed entry here, then sends it: what was typed is safe before the network is asked. */
export async function saveEntry(written: Written, before: Entry | null = null): Promise<Entry> {
  const now = new Date().toISOString();
  const shown: Entry = {
    ...written,
    id: before?.id ?? uuid(),
    local_day: countedDay(written.at, written.time_zone),
    created_at: before?.created_at ?? now,
    updated_at: now,
    version: before?.version ?? 0,
  };
  const pending = await keep(shown.id, () => ({ ...blank(shown), written }));
  // Safe here, so no longer a change that is being typed; ended before anybody draws the entry anew.
  keepEdit(shown.id, null);
  await show(pending);
  return shown;
}

/** Deletes an entry, a new one too: its first version may have arrived and only the answer not. */
export async function deleteEntry(entry: Entry): Promise<void> {
  await show(await keep(entry.id, () => ({ ...blank(entry), kind: 'delete' })));
}

/** Takes a deletion back, with the change that was not sent before it. */
export async function restoreEntry(entry: Entry): Promise<void> {
  await show(await keep(entry.id, (waiting) => restoring(entry, waiting)));
}

function restoring(entry: Entry, waiting: Pending | undefined): Pending {
  if (waiting?.kind === 'delete' && waiting.written !== null) {
    const { written, base } = waiting;
    return { ...blank(entry), kind: 'put', written, base };
  }
  if (entry.version === 0) return { ...blank(entry), kind: 'put', written: entry };
  return { ...blank(entry), kind: 'restore', base: null };
}

/** Settles a conflict: mine replaces theirs, theirs stays, or mine becomes an entry of its own. */
export async function settle(item: Pending, choice: 'mine' | 'theirs' | 'both'): Promise<void> {
  const db = await store();
  if (choice === 'mine') {
    const base = item.theirs?.version ?? null;
    const mine: Pending = { ...$state.snapshot(item), base, state: 'waiting', queued: Date.now() };
    await show(await keep(item.id, () => mine));
    return;
  }
  await db.delete('outbox', item.id);
  await changed({ what: 'entry', id: item.id, entry: $state.snapshot(item).theirs ?? null });
  if (choice === 'both' && item.written !== null) await saveEntry($state.snapshot(item.written));
}

/** Takes back what the server refused, or what shall not be sent after all. */
export async function discard(item: Pending): Promise<void> {
  await (await store()).delete('outbox', item.id);
  await changed({ what: 'many' });
}

function blank(shown: Entry): Pending {
  const base = shown.version === 0 ? null : shown.version;
  return { id: shown.id, kind: 'put', base, written: null, shown, queued: Date.now(), state: 'waiting' };
}

/** Keeps a change in the place of what waits for the same entry, in one step: other tabs and answers come before or after it. */
async function keep(id: string, make: (waiting: Pending | undefined) => Pending): Promise<Pending> {
  const { store: outbox, done } = (await store()).transaction('outbox', 'readwrite');
  const earlier = await outbox.get(id);
  const pending = make(earlier);
  const isSecond = earlier?.kind === 'put' && earlier.state === 'waiting' && pending.kind !== 'restore';
  // A second change before the first was sent still starts from the version that the first one saw; a deletion
  // brings along what it takes the place of, for whoever takes it back.
  const base = isSecond ? earlier.base : pending.base;
  const written = isSecond && pending.kind === 'delete' ? earlier.written : pending.written;
  await Promise.all([outbox.put(plain({ ...pending, base, written, tried: triedBefore(earlier) })), done]);
  return pending;
}

/** More changes than these of one entry within one stretch without a network are asked about, should one have arrived. */
const mostTried = 8;

function triedBefore(earlier: Pending | undefined): (Written | null)[] {
  if (earlier?.state !== 'waiting') return [];
  const { kind, tried = [], written, shown } = earlier;
  const last = { put: [written], delete: [null], restore: [null, shown] }[kind];
  return [...tried, ...last].slice(-mostTried);
}

/** Shows it in every tab, and sends it. */
async function show(pending: Pending): Promise<void> {
  await changed({
    what: 'entry',
    id: pending.id,
    entry: pending.kind === 'delete' ? null : plain(pending.shown),
  });
  void flush();
}

/** IndexedDB and the channel between tabs take no proxies. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Sends what waits, oldest first; one tab at a time, whichever comes first. */
export async function flush(): Promise<void> {
  clearTimeout(timer);
  await oneAtATime(async () => {
    const db = await store();
    const waiting = (await db.getAll('outbox')).filter((each) => each.state === 'waiting');
    for (const item of waiting.sort((a, b) => a.queued - b.queued)) {
      const sent = await send(item);
      if (sent === 'later') return retryLater();
      waitMs = firstWaitMs;
      await noteSent(item, sent);
    }
  });
}

/** Notes what became of a change. One that was changed again on its way goes once more, from the version that it became. */
async function noteSent(item: Pending, sent: Exclude<Sent, 'later'>): Promise<void> {
  const { store: outbox, done } = (await store()).transaction('outbox', 'readwrite');
  const now = await outbox.get(item.id);
  const isSame = now?.queued === item.queued;
  if (isSame && 'state' in sent) await outbox.put({ ...item, ...sent });
  else if (isSame) await outbox.delete(item.id);
  else if (now !== undefined && 'entry' in sent)
    await outbox.put({ ...now, base: sent.entry?.version ?? null, tried: [] });
  await done;
  // Told in the very turn in which it leaves the outbox: a list that comes between would be taken for newer.
  announce(
    'entry' in sent && isSame ? { what: 'entry', id: item.id, entry: sent.entry } : { what: 'outbox' },
  );
  await look();
  if (!isSame && now !== undefined) timer = setTimeout(() => void flush(), 0);
}

let last: Promise<void> = Promise.resolve();

/** One tab at a time where tabs can agree, else one after the other in this one: what is sent may be sent twice. */
function oneAtATime(act: () => Promise<void>): Promise<void> {
  if (locks !== undefined) return locks.request('daymark.outbox', act);
  return (last = last.then(act, act));
}

function retryLater(): void {
  timer = setTimeout(() => void flush(), waitMs);
  waitMs = Math.min(2 * waitMs, longestWaitMs);
}

async function changed(news: Parameters<typeof announce>[0]): Promise<void> {
  await look();
  announce(news);
}

async function look(): Promise<void> {
  outbox.items = (await (await store()).getAll('outbox')).sort((a, b) => b.queued - a.queued);
}

/** Shows what waits, and sends it when the network comes back or somebody looks at the page again. */
export async function startOutbox(): Promise<void> {
  hear((news, isOwn) => {
    if (!isOwn && news.what !== 'signed-out') void look();
  });
  addEventListener('online', () => void flush());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && outbox.items.length > 0) void flush();
  });
  await look();
}
