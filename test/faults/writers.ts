import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sender, type Answer, type Send } from './client.ts';
import type { Ledger, Operation } from './ledger.ts';
import type { Person } from './node.ts';

/** One attempt of a writer, at the time of its end. */
export interface Attempt {
  at: number;
  ms: number;
  /** 0 where the connection failed. */
  status: number;
  /** The code of the problem, or of the error of the connection. */
  code: string | undefined;
  retryAfter: string | undefined;
}

export interface Writers {
  attempts: Attempt[];
  /** Lets every writer finish what it has begun. */
  stop(): Promise<void>;
}

export interface WritersOptions {
  ledger: Ledger;
  url: string;
  people: Person[];
  random: () => number;
  writers: number;
  /** Between two writes of one writer. */
  pauseMs: number;
}

/** How long a writer goes on with one write before it leaves it unknown. */
const patienceMs = 60_000;
const retryMs = 50;

/**
 * Writers that never rest: most writes are repeated until they are acknowledged, under an Idempotency-Key or
 * an id of the client's own, as offline clients do; some replace an earlier entry, some are wrong and must be refused, some
 * come without a key and are sent once.
 */
export function startWriters({ ledger, url, people, random, writers, pauseMs }: WritersOptions): Writers {
  const attempts: Attempt[] = [];
  const state = { running: true };
  const work = async (person: Person) => {
    const send = sender(url, { token: person.token });
    const writer = { send: noting(send, attempts), ledger, own: [] as Operation[] };
    while (state.running) {
      await write(writer, random());
      if (pauseMs > 0) await sleep(pauseMs);
    }
    send.close();
  };
  const done = Array.from({ length: writers }, (_, n) => work(people[n % people.length] as Person));
  return {
    attempts,
    stop: async () => {
      state.running = false;
      await Promise.all(done);
    },
  };
}

interface Writer {
  send: (
    method: string,
    path: string,
    options: { body: object; headers?: Record<string, string> },
  ) => Promise<Answer>;
  ledger: Ledger;
  /** Acknowledged writes that this writer may replace. */
  own: Operation[];
}

async function write(writer: Writer, choice: number): Promise<void> {
  const earlier = writer.own.at(Math.floor(writer.own.length / 2));
  if (choice < 0.6) await withKey(writer);
  else if (choice < 0.8) await withOwnId(writer, randomUUID());
  else if (choice < 0.9 && earlier?.id !== undefined) await withOwnId(writer, earlier.id, earlier);
  else if (choice < 0.95) await wrong(writer);
  else await once(writer);
}

async function withKey(writer: Writer): Promise<void> {
  const operation = writer.ledger.open('under a key');
  const headers = { 'idempotency-key': operation.token };
  await untilAcknowledged(writer, operation, () =>
    writer.send('POST', '/entries', { body: bodyOf(operation), headers }),
  );
}

async function withOwnId(writer: Writer, id: string, earlier?: Operation): Promise<void> {
  if (earlier !== undefined) writer.own.splice(writer.own.indexOf(earlier), 1);
  const operation = writer.ledger.open('under an id of my own', earlier);
  await untilAcknowledged(writer, operation, () =>
    writer.send('PUT', `/entries/${id}`, { body: bodyOf(operation) }),
  );
}

/** Must be refused, whenever it is looked at. */
async function wrong(writer: Writer): Promise<void> {
  const operation = writer.ledger.open('with a mood of 11');
  await untilAcknowledged(writer, operation, () =>
    writer.send('POST', '/entries', { body: { ...bodyOf(operation), mood: 11 } }),
  );
}

/** Sent once: after a lost answer nobody knows whether it is there, but never twice. */
async function once(writer: Writer): Promise<void> {
  const operation = writer.ledger.open('without a key');
  close(writer, operation, await writer.send('POST', '/entries', { body: bodyOf(operation) }));
}

async function untilAcknowledged(
  writer: Writer,
  operation: Operation,
  attempt: () => Promise<Answer>,
): Promise<void> {
  while (Date.now() - operation.start < patienceMs) {
    const answer = await attempt();
    if (close(writer, operation, answer) !== 'unknown') return;
    await sleep(retryMs);
  }
}

function close({ ledger, own }: Writer, operation: Operation, answer: Answer): Operation['outcome'] {
  const { status } = answer;
  // The first of two attempts may still run, or have been done before its answer was lost: 503 says neither.
  if (status === 0 || status === 409 || status >= 500) return 'unknown';
  const outcome = status < 300 ? 'ok' : 'failed';
  ledger.close(operation, outcome, answer.member('id') as string | undefined);
  if (outcome === 'ok') own.push(operation);
  return outcome;
}

function bodyOf({ text }: Operation): { text: string; mood: number; tags: string[]; measures: object } {
  return { text, mood: 1 + (text.length % 10), tags: ['ledger', '日記'], measures: { sleep_hours: 7.5 } };
}

function noting(send: Send, attempts: Attempt[]): Writer['send'] {
  return async (method, path, options) => {
    const answer = await send(method, path, options);
    const { status, ms, headers, error } = answer;
    const code = error ?? (status >= 400 ? (answer.member('code') as string | undefined) : undefined);
    attempts.push({ at: Date.now(), ms, status, code, retryAfter: headers['retry-after'] });
    return answer;
  };
}
