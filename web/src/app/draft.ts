import type { Written } from '../api/types.ts';

export type Draft = Partial<Written>;

const prefix = 'daymark.draft.';
const tabKey = 'daymark.tab';

/**
 * Keeps what is being typed, tab by tab, so that neither a reload, a crash nor a session's end loses it. A tab
 * that opens takes over the draft of one that is gone; a lock, which ends with its tab, tells the living.
 */
export async function openDrafts(): Promise<void> {
  const known = sessionStorage.getItem(tabKey);
  // A duplicated tab brings the other's name along, whose lock is then taken.
  const name = known !== null && (await hold(known)) ? known : crypto.randomUUID();
  if (name !== known) await hold(name);
  sessionStorage.setItem(tabKey, name);
  if (localStorage.getItem(prefix + name) === null) await adopt(name);
}

function hold(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    void navigator.locks.request(prefix + name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise(() => undefined);
    });
  });
}

async function adopt(name: string): Promise<void> {
  const { held = [] } = await navigator.locks.query();
  const alive = new Set(held.map((lock) => lock.name));
  const orphan = Object.keys(localStorage).find((key) => key.startsWith(prefix) && !alive.has(key));
  if (orphan === undefined) return;
  localStorage.setItem(prefix + name, localStorage.getItem(orphan) ?? '{}');
  localStorage.removeItem(orphan);
}

function key(): string {
  return prefix + (sessionStorage.getItem(tabKey) ?? '');
}

export function readDraft(): Draft {
  return JSON.parse(localStorage.getItem(key()) ?? '{}') as Draft;
}

/** An empty draft leaves nothing behind. */
export function keepDraft(draft: Draft): void {
  const isEmpty = (draft.text ?? '') === '' && draft.mood == null && (draft.tags ?? []).length === 0;
  if (isEmpty && Object.keys(draft.measures ?? {}).length === 0) localStorage.removeItem(key());
  else localStorage.setItem(key(), JSON.stringify(draft));
}
