import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, type Client } from 'pg';
import type { Log } from '../../log.ts';
import { recordApplied, recordReverted } from './history.ts';
import { failedStatement, MigrationError } from './migration-error.ts';
import type { Step } from './plan.ts';
import { settle } from './session.ts';
import type { SqlStatement } from './split-statements.ts';

/**
 * Runs one file and records it. What loses a lock to another session (55P03, 40P01) is tried again, ten
 * times at most. Throws MigrationError where a statement fails; errors of a lost connection pass as they are.
 */
export async function applyStep(client: Client, step: Step, log: Log, signal?: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await settle(client);
      await (step.transaction ? inTransaction : statementByStatement)(client, step, signal);
      return;
    } catch (error) {
      if (attempt > retries || !lostLock(error)) throw error;
      log.warn({ err: error, attempt }, `${step.file} waits for a lock: trying again`);
      await sleep(backoff(attempt), undefined, signal === undefined ? {} : { signal });
    }
  }
}

/**
 * Runs one file and records it, in the transaction that `client` is in and where nobody else is to be spared: an index is
 * made at once, since none can be made CONCURRENTLY there. Throws MigrationError, also where a file holds something else
 * that no transaction may.
 */
export async function applyWithin(client: Client, step: Step): Promise<void> {
  const statements = step.statements.map((statement) => ({
    ...statement,
    text: statement.text.replace(concurrently, '$1'),
  }));
  await record(client, step);
  await runAll(client, { ...step, statements, transaction: true });
}

const concurrently = /^((?:create(?:\s+unique)?|drop)\s+index)\s+concurrently\b/i;

const retries = 10;

// A DDL statement that waits for its lock makes everyone queue behind it: it gives up soon, and lets them
// pass before it tries again.
const lockTimeout = '3s';

function backoff(attempt: number): number {
  return Math.min(2000, 100 * 2 ** attempt) * (0.5 + Math.random() / 2);
}

function lostLock(error: unknown): boolean {
  if (!(error instanceof MigrationError && error.cause instanceof DatabaseError)) return false;
  return error.cause.code === '55P03' || error.cause.code === '40P01';
}

// The record comes first: should the lock not hold (a transaction pooler in between gives each statement
// another session), its primary key still lets only one of two starters through.
async function inTransaction(client: Client, step: Step, signal?: AbortSignal): Promise<void> {
  await atomically(client, step, 'nothing of this file was kept', async () => {
    await client.query(`set local lock_timeout = '${lockTimeout}'`);
    await record(client, step);
    await runAll(client, step, signal);
  });
}

// No lock_timeout here: CREATE INDEX CONCURRENTLY waits for older transactions without holding anybody up,
// and would leave an invalid index behind if it gave up.
async function statementByStatement(client: Client, step: Step, signal?: AbortSignal): Promise<void> {
  await runAll(client, step, signal);
  await atomically(client, step, 'its statements were kept, only not recorded', () => record(client, step));
}

async function atomically(
  client: Client,
  step: Step,
  kept: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await client.query('begin');
    await work();
    await client.query('commit');
  } catch (error) {
    // A connection that cannot roll back is lost, and the server rolls back by itself.
    await client.query('rollback').catch(() => undefined);
    throw explained(error, step, undefined, kept);
  }
}

async function record(client: Client, { direction, migration }: Step): Promise<void> {
  if (direction === 'up') await recordApplied(client, migration);
  else await recordReverted(client, migration.version);
}

async function runAll(client: Client, step: Step, signal?: AbortSignal): Promise<void> {
  const kept = step.transaction ? 'nothing of this file was kept' : 'the statements above it were kept';
  for (const statement of step.statements) {
    signal?.throwIfAborted();
    try {
      await client.query(statement.text);
    } catch (error) {
      throw explained(error, step, statement, kept);
    }
  }
}

function explained(error: unknown, step: Step, statement: SqlStatement | undefined, kept: string): unknown {
  if (!(error instanceof DatabaseError) || lostDatabase.test(error.code ?? '')) return error;
  return failedStatement(error, step, statement, kept);
}

// The server went away, is starting, or became a standby: the caller may wait for it and begin again.
const lostDatabase = /^(?:08|57P|25006)/;
