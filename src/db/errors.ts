import { DatabaseError } from 'pg';
import { LifetimeEnded } from './lifetime.ts';

/** What a named constraint means to the person whose row broke it. */
export interface ConstraintMeaning {
  status: 409 | 422;
  code: string;
  detail: string;
  /** JSON pointer of the member at fault; absent where the whole row is. */
  pointer?: string;
}

/** Constraint name → meaning; each feature lists its own tables' constraints. */
export type ConstraintMeanings = Readonly<Record<string, ConstraintMeaning>>;

export type DatabaseFault =
  { kind: 'constraint'; meaning: ConstraintMeaning } | { kind: 'timeout' } | { kind: 'unavailable' };

/**
 * Sorts an error thrown by a statement: a broken constraint, a statement over its time, a database that
 * cannot be reached or is shutting down. Null where it is none of these, that is, a defect of ours.
 * Codes: PostgreSQL manual, appendix A.
 */
export function databaseFault(error: unknown, meanings: ConstraintMeanings): DatabaseFault | null {
  if (error instanceof DatabaseError) return faultOfSqlState(error, meanings);
  if (error instanceof LifetimeEnded || isPoolTimeout(error)) return { kind: 'timeout' };
  if (error instanceof Error && connectionLost(error)) return { kind: 'unavailable' };
  return null;
}

/** True for a serialization failure or a deadlock: the transaction did nothing and may run once more. */
export function isRetryable(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '40001' || error.code === '40P01');
}

function faultOfSqlState(error: DatabaseError, meanings: ConstraintMeanings): DatabaseFault | null {
  const code = error.code ?? '';
  const meaning = error.constraint === undefined ? undefined : meanings[error.constraint];
  if (meaning !== undefined) return { kind: 'constraint', meaning };
  if (code === '57014' || code === '55P03') return { kind: 'timeout' };
  // Connections refused or ended by the server, resources short (disk full, memory, connections),
  // read-only after a failover, lost races that failed twice, a password or database not yet set up: all pass, so the client may try again.
  if (/^(08|53|57P|25006|40|58030|28|3D)/.test(code)) return { kind: 'unavailable' };
  return null;
}

const lostCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNABORTED',
]);

/** Of a Unix socket; of a file they say nothing about the database. */
const lostWhenConnecting = new Set(['ENOENT', 'EACCES']);

/** No connection became free in time; node-postgres has no code for it. */
function isPoolTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'timeout exceeded when trying to connect';
}

function connectionLost(error: Error): boolean {
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  if (lostCodes.has(code) || (syscall === 'connect' && lostWhenConnecting.has(code))) return true;
  if (error instanceof AggregateError)
    return error.errors.some((inner) => inner instanceof Error && connectionLost(inner));
  // node-postgres has no codes for these.
  return /^(Connection terminated|Client has encountered a connection error|timeout expired|The server does not support SSL|Client was closed)/.test(
    error.message,
  );
}
