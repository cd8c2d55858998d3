import type { Entry, Written } from '../api/types.ts';
import { uuid } from '../look/uuid.ts';
import { locks } from './locks.ts';

export type Draft = Partial<Written>;

const prefix = 'daymark.draft.';
const editPrefix = 'daymark.edit.';
const tabKey = 'daymark.tab';

/**
 * Keeps what is being typed, tab by tab, so that neither a reload, a crash nor a session's end loses it. A tab
 * that opens takes over the draft of one that is gone; a lock, which ends with its tab, tells the living. Without
 * locks each tab keeps to its own.
 */
export async function openDrafts(): Promise<void> {
  const known = sessionStorage.getItem(tabKey);
  // A duplicated tab brings the other's name along, whose lock is then taken.
  const name = known !== null && (await hold(known)) ? known : uuid();
  if (name !== known) await hold(name);
  sessionStorage.setItem(tabKey, name);
  if (locks !== undefined && localStorage.getItem(prefix + name) === null) await adopt(locks, name);
}

function hold(name: string): Promise<boolean> {
  if (locks === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    void locks?.request(prefix + name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise(() => undefined);
    });
  });
}

async function adopt(between: LockManager, name: string): Promise<void> {
  const { held = [] } = await between.query();
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

/** An entry that is being changed: as it was, and as it stands in the form. */
export interface Edit {
  before: Entry;
  draft: Draft;
}

/** What this tab changes of an entry; null where nobody does. */
export function readEdit(id: string): Edit | null {
  return JSON.parse(sessionStorage.getItem(editPrefix + id) ?? 'null') as Edit | null;
}

/** Keeps a change that is not saved yet over scrolling away, a reload and signing in again; null ends it. */
export function keepEdit(id: string, edit: Edit | null): void {
  if (edit === null) sessionStorage.removeItem(editPrefix + id);
  else sessionStorage.setItem(editPrefix + id, JSON.stringify(edit));
}

/** Forgets what was being typed: the drafts of all tabs, the changes of this one. */
export function forgetDrafts(): void {
  for (const storage of [localStorage, sessionStorage]) {
    const mine = Object.keys(storage).filter((each) => /^daymark\.(?:draft|edit)\./.test(each));
    for (const each of mine) storage.removeItem(each);
  }
}
