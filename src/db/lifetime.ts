import type { Log } from '../log.ts';

type DebugLog = Pick<Log, 'debug'>;

/** Why what a lifetime asks of the database is over. */
export class LifetimeEnded extends Error {
  readonly reason: 'timeout' | 'gone';
  constructor(reason: 'timeout' | 'gone') {
    super(reason === 'timeout' ? 'the request took too long' : 'the client went away');
    this.reason = reason;
  }
}

/**
 * What one request asks of the database: counted, and ended with the request. What waits for a connection then
 * fails at once, what runs is cancelled in PostgreSQL.
 */
export interface Lifetime {
  /** Milliseconds in, and rows from, the database so far. */
  ms: number;
  rows: number;
  /** The request's own log, for statements at level debug. */
  readonly log: DebugLog | null;
  /** Trace Context of the request, if it is sampled. */
  readonly traceparent: string | null;
  /** Filled with the plan of each statement where somebody asked for it. */
  plans: { statement: string; plan: string[] }[] | null;
  /** Set once it is over. */
  ended: LifetimeEnded | null;
  /** Called at the end, once each. */
  readonly atEnd: Set<(error: LifetimeEnded) => void>;
}

export function openLifetime(log: DebugLog | null, traceparent: string | null): Lifetime {
  return { ms: 0, rows: 0, log, traceparent, plans: null, ended: null, atEnd: new Set() };
}

/** Ends a lifetime; a second time does nothing. */
export function endLifetime(lifetime: Lifetime, reason: 'timeout' | 'gone'): void {
  if (lifetime.ended !== null) return;
  lifetime.ended = new LifetimeEnded(reason);
  for (const stop of lifetime.atEnd) stop(lifetime.ended);
  lifetime.atEnd.clear();
}

/** A signal that is aborted when the lifetime ends, for work outside the database. */
export function signalOf(lifetime: Lifetime): AbortSignal {
  if (lifetime.ended !== null) return AbortSignal.abort(lifetime.ended);
  const controller = new AbortController();
  lifetime.atEnd.add((error) => controller.abort(error));
  return controller.signal;
}
