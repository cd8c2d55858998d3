import { expect } from 'vitest';
import type { Cluster } from '../installed-postgres.ts';
import { audit } from './audit.ts';
import { chance } from './form.ts';
import { openLedger, type Ledger } from './ledger.ts';
import { signUp, startNode, type Node, type Person } from './node.ts';
import { ownPostgres } from './postgres.ts';
import { startWriters, type Attempt, type Writers } from './writers.ts';

/** A server on a PostgreSQL of its own, eight people, and writers who write into their diaries. */
export interface Scene {
  name: string;
  postgres: Cluster;
  node: Node;
  people: Person[];
  ledger: Ledger;
  writers: Writers;
  random: () => number;
  /** Lets the writers finish, and reads back what they wrote. */
  finish(figures?: Record<string, unknown>): Promise<void>;
}

export interface SceneOptions {
  env?: Record<string, string>;
  /** 16 where nothing is said. */
  writers?: number;
  /** Between two writes of one writer; 0 where nothing is said. */
  pauseMs?: number;
  postgres?: Cluster;
}

export async function scene(name: string, options: SceneOptions = {}): Promise<Scene> {
  const random = chance(name);
  const postgres = options.postgres ?? (await ownPostgres());
  const node = await startNode(postgres.connection, options.env);
  const people = await Promise.all(Array.from({ length: 8 }, () => signUp(node.call)));
  const ledger = openLedger();
  const { writers: count = 16, pauseMs = 0 } = options;
  const writers = startWriters({ ledger, url: node.url, people, random, writers: count, pauseMs });
  return {
    name,
    postgres,
    node,
    people,
    ledger,
    writers,
    random,
    finish: async (figures = {}) => {
      await writers.stop();
      await audit(name, ledger, { node, people, postgres }, figures);
    },
  };
}

/** Writes that were done, those that must be refused, and repeats of what still runs. */
const usual = [200, 201, 409, 422];

/**
 * Every attempt was answered: as always, or by a 503 that says when to come again and has one of these codes.
 */
export function expectOnly503(attempts: readonly Attempt[], codes: string[]): void {
  const others = attempts.filter(({ status }) => !usual.includes(status));
  const told = others.map(({ status, code, retryAfter }) => `${status} ${code} ${retryAfter !== undefined}`);
  const allowed = codes.map((code) => `503 ${code} true`);
  expect([...new Set(told)].filter((each) => !allowed.includes(each))).toEqual([]);
}

/** Milliseconds from a moment to the end of the first write that was acknowledged after it; waits for it. */
export async function firstWriteAfter(moment: number, { writers }: Scene): Promise<number> {
  const done = () => writers.attempts.find(({ at, status }) => at >= moment && status < 300 && status > 0);
  await expect.poll(() => done() !== undefined, { timeout: 30_000, interval: 20 }).toBe(true);
  return (done() as Attempt).at - moment;
}

/** The share of attempts that went as always, of those that ended between two moments. */
export function goodShare(attempts: readonly Attempt[], from: number, to: number): number {
  const within = attempts.filter(({ at }) => at >= from && at < to);
  return within.filter(({ status }) => usual.includes(status)).length / within.length;
}
