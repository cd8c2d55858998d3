import { forgetDrafts } from '../app/draft.ts';
import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Entry, User, Written } from '../api/types.ts';

/** A change that the server has not acknowledged yet. One per entry: a later one takes the place of the earlier. */
export interface Pending {
  id: string;
  kind: 'put' | 'delete' | 'restore';
  /** The version that was changed; null for an entry that is new. */
  base: number | null;
  /** What to send with `put`; with `delete` the change that was waiting before it, if one was. */
  written: Written | null;
  /** What waited before it and may have been sent, with the answer lost; null for a deletion. */
  tried?: (Written | null)[];
  /** The entry as it looks meanwhile. */
  shown: Entry;
  queued: number;
  state: 'waiting' | 'conflict' | 'refused';
  /** In a conflict: the entry as somebody else left it; null if they deleted it. */
  theirs?: Entry | null;
  /** Why it was refused. */
  detail?: string;
}

interface Schema extends DBSchema {
  entries: { key: string; value: Entry; indexes: { day: string } };
  outbox: { key: string; value: Pending };
  kept: { key: 'user'; value: User };
}

const name = 'daymark';
let isLeft = false;
let opened: Promise<IDBPDatabase<Schema>> | null = null;

/** What this browser keeps of one person's diary, until they sign out. */
export function store(): Promise<IDBPDatabase<Schema>> {
  if (isLeft) return new Promise(() => undefined);
  opened ??= openDB<Schema>(name, 1, {
    upgrade(db) {
      db.createObjectStore('entries', { keyPath: 'id' }).createIndex('day', 'local_day');
      db.createObjectStore('outbox', { keyPath: 'id' });
      db.createObjectStore('kept');
    },
    // Another tab signs out: an open connection would keep it waiting.
    blocking: (_current, _blocked, event) => {
      (event.target as IDBDatabase).close();
      opened = null;
    },
    terminated: () => (opened = null),
  });
  return opened;
}

/**
 * From now on this page, which is about to be another person's or nobody's, keeps and reads nothing: what is still on its way to
 * it must not be found by who comes next.
 */
export function leaveStore(): void {
  isLeft = true;
}

/** Forgets everything, drafts too. */
export async function clearStore(): Promise<void> {
  const db = await opened;
  db?.close();
  opened = null;
  await deleteDB(name);
  forgetDrafts();
}
