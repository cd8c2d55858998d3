import { DatabaseError } from 'pg';
import pino, { type DestinationStream, type Logger } from 'pino';

/** The one log of a process; passed as an argument, never imported as a value. */
export type Log = Logger;

/** Makes the log of a server: one JSON line per event on standard output, or lines for people. */
export async function makeLog(level: string, format: 'json' | 'pretty'): Promise<Log> {
  return format === 'json' ? logOnto(bufferedOutput(), level) : logForPeople(level, 1);
}

/** Makes the log of a command: lines on standard error, since its standard output may be somebody's file. */
export function makeCommandLog(): Promise<Log> {
  return logForPeople('warn', process.stderr);
}

/** Makes the log of a command that tells all it has to tell itself. */
export function makeSilentLog(): Log {
  return logOnto({ write: () => undefined }, 'silent');
}

async function logForPeople(level: string, destination: number | NodeJS.WritableStream): Promise<Log> {
  const { default: pretty } = await import('pino-pretty');
  return logOnto(
    pretty({ destination, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', sync: true }),
    level,
  );
}

/**
 * Standard output, written in one go for many lines: a write per request would be a tenth of its cost. Where it cannot be
 * written, as on a full disk, the server goes on: a MiB of lines waits for space, and what comes after is dropped.
 */
function bufferedOutput(): DestinationStream {
  const output = pino.destination({
    dest: 1,
    sync: false,
    minLength: 4096,
    maxLength: 1024 * 1024,
    periodicFlush: 100,
  });
  let isBroken = false;
  output.on('error', () => (isBroken = true)).on('write', () => (isBroken = false));
  // Before pino's own: flushing tries for ever what cannot be written.
  process.prependOnceListener('exit', () => {
    if (isBroken) output.flushSync = () => undefined;
    else output.flushSync();
  });
  return output;
}

/** The same log onto another stream, which is given each event as one line of JSON. */
export function logOnto(stream: DestinationStream, level: string): Log {
  const options = {
    level,
    base: { pid: process.pid },
    serializers: { err: describeError },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return pino(options, stream);
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
