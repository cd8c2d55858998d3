import { Logger } from 'graphile-worker';
import type { Log } from '../log.ts';

/** The queue's own log lines as ours. Failures of jobs are left out: `task.ts` has told them. */
export function queueLog(log: Log): Logger {
  return new Logger(() => (level, message, meta) => {
    if (meta?.['failure'] === true) return;
    const line = message.split('\n', 1)[0] ?? '';
    // What the queue calls an error it mends by itself, such as a connection that is lost and made again.
    const kind: string = level;
    if (kind === 'error') log.warn({ queue: line }, 'the job queue reports');
    else log.trace({ queue: line }, 'the job queue');
  });
}
