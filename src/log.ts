import { DatabaseError } from 'pg';
import pino, { type Logger } from 'pino';

/** The one log of a process; passed as an argument, never imported as a value. */
export type Log = Logger;

/** Makes the log: one JSON line per event on standard output, or lines for people. */
export async function makeLog(level: string, format: 'json' | 'pretty'): Promise<Log> {
  const options = {
    level,
    base: { pid: process.pid },
    serializers: { err: describeError },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  if (format === 'json') return pino(options, pino.destination({ dest: 1, sync: false, minLength: 0 }));
  const { default: pretty } = await import('pino-pretty');
  return pino(options, pretty({ ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', sync: true }));
}

/**
 * An error without what a person wrote: PostgreSQL's messages and details can quote values of a row, so of
 * its errors only the code and the names of what was concerned are kept.
 */
function describeError(error: unknown): object {
  if (error instanceof DatabaseError) {
    const { code, severity, constraint, table, column, routine } = error;
    return { type: 'DatabaseError', code, severity, constraint, table, column, routine };
  }
  if (!(error instanceof Error)) return { type: typeof error };
  return {
    type: error.name,
    code: (error as NodeJS.ErrnoException).code,
    message: error.message,
    stack: error.stack,
  };
}
