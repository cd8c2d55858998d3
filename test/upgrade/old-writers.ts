import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError, type ClientConfig } from 'pg';
import { onTestFinished } from 'vitest';
import { over, required, signUp, type OldPerson, type Send } from './old-diaries.ts';
import { createEntry, listEntries, putEntry, restoreEntry, trashEntry } from './old-statements.ts';

/** An entry as its writer was told that it is. */
export interface Acknowledged {
  user_id: string;
  text: string;
  version: number;
  in_trash: boolean;
}

/** What was acknowledged. */
export interface Ledger {
  /** By id. */
  entries: Map<string, Acknowledged>;
  /** Writes of entries by user: each of them raises the diary's revision by one. */
  writes: Map<string, number>;
  people: OldPerson[];
}

export interface OldWriters {
  ledger: Ledger;
  /** How many writes of entries were acknowledged so far. */
  acknowledged(): number;
  /** Lets each finish what it has begun; rejects where one was refused anything, or lost a deadlock. */
  stop(): Promise<void>;
}

/** Between two rounds of a writer, so that others have a share of the machine. */
const pauseMs = 50;

/** As a node has it by default. */
const statementTimeout = 5000;

/** A writer for each of these people, each over a connection of the old node's, with its prepared statements. */
export function startWriters(connection: ClientConfig, people: OldPerson[]): OldWriters {
  const ledger = newLedger();
  return writing(connection, ledger, people.length, async (send, n) => {
    const { id: userId } = people[n] as OldPerson;
    const put = await write(send, ledger, userId, createEntry, [], 'first');
    await write(send, ledger, userId, putEntry, [put], 'replaced');
    await change(send, ledger, userId, put, true);
    if (put.charCodeAt(35) % 2 === 0) await change(send, ledger, userId, put, false);
    await send({ ...listEntries, values: [userId, 20] });
  });
}

/** Newcomers who sign up and in, two at a time. */
export function startNewcomers(connection: ClientConfig): OldWriters {
  const ledger = newLedger();
  return writing(connection, ledger, 2, async (send, n) => {
    ledger.people.push(await signUp(send, `newcomer${n}-${ledger.people.length}@example.org`));
  });
}

function writing(
  connection: ClientConfig,
  ledger: Ledger,
  writers: number,
  round: (send: Send, n: number) => Promise<void>,
): OldWriters {
  const state = { running: true };
  const work = async (n: number) => {
    const client = new Client({ ...connection, statement_timeout: statementTimeout });
    await client.connect();
    const once = over(client);
    const send: Send = (query) => untilDone(() => once(query));
    try {
      while (state.running) {
        await round(send, n);
        await sleep(pauseMs);
      }
    } finally {
      await client.end();
    }
  };
  const done = Promise.all(Array.from({ length: writers }, (_, n) => work(n)));
  const stop = async () => {
    state.running = false;
    await done;
  };
  // Whoever stops them is told; a test that failed before that has said why.
  onTestFinished(() => stop().catch(() => undefined));
  return {
    ledger,
    acknowledged: () => [...ledger.writes.values()].reduce((sum, each) => sum + each, 0),
    stop,
  };
}

/** Its time was over, as it may be on a busy machine: nothing of it was kept, so it is sent again. */
const cancelled = '57014';

async function untilDone<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof DatabaseError && error.code === cancelled)) throw error;
    }
  }
}

/** Writes an entry, under an id where one is given, and gives its id. */
async function write(
  send: Send,
  ledger: Ledger,
  userId: string,
  statement: { name: string; text: string },
  id: string[],
  what: string,
): Promise<string> {
  const text = `${what} ${ledger.entries.size}`;
  const document = `'${what}':1d 'river':2a`;
  const at = new Date().toISOString();
  const members = [text, 7, 'written', ['river'], { ran: true }, at, null, document];
  const row = required(await send({ ...statement, values: [userId, ...id, ...members] }));
  note(ledger, userId, row.id, { user_id: userId, text, version: row.version, in_trash: false });
  return row.id;
}

/** Moves an entry into the trash, or out of it. */
async function change(send: Send, ledger: Ledger, userId: string, id: string, into: boolean): Promise<void> {
  const row = required(await send({ ...(into ? trashEntry : restoreEntry), values: [userId, id] }));
  const { text = '' } = ledger.entries.get(id) ?? {};
  note(ledger, userId, row.id, { user_id: userId, text, version: row.version, in_trash: into });
}

function note({ entries, writes }: Ledger, userId: string, id: string, entry: Acknowledged): void {
  entries.set(id, entry);
  writes.set(userId, (writes.get(userId) ?? 0) + 1);
}

function newLedger(): Ledger {
  return { entries: new Map(), writes: new Map(), people: [] };
}
