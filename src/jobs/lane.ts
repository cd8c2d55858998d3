import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  parseCronItems,
  run,
  type ParsedCronItem,
  type Runner,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker';
import type { Pool } from 'pg';
import type { Log } from '../log.ts';
import type { Handler, Lane as LaneName, Schedule } from './job.ts';
import { queueLog } from './queue-log.ts';
import { taskOf } from './task.ts';

/** How many jobs of a lane one process has in hand. Those of `network` wait, and a wait costs a socket. */
const concurrency: Readonly<Record<LaneName, number>> = { network: 200, work: 2 };

// What NOTIFY tells is taken at once; a look is for what becomes due by the clock. Retries after a few seconds should
// be near their time; a look that finds nothing reads one empty index.
const pollMs: Readonly<Record<LaneName, number>> = { network: 200, work: 2000 };

export interface LaneOptions {
  name: LaneName;
  pool: Pool;
  handlers: readonly Handler[];
  schedules: readonly Schedule[];
  log: Log;
  /** Aborted when the process ends. */
  signal: AbortSignal;
  /** Told the name of each worker before it takes its first job. */
  onWorker: (worker: string) => void;
}

/** Runs the jobs of one lane until `signal`; resolves once those in hand are finished. */
export async function runLane(options: LaneOptions): Promise<void> {
  const { log, signal } = options;
  while (!hasEnded(signal)) {
    try {
      const runner = await start(options);
      await untilEnd(runner, signal);
    } catch (error) {
      if (!hasEnded(signal)) log.warn({ err: error }, 'jobs cannot be run just now; trying again');
    }
    await sleep(1000, undefined, { signal }).catch(() => undefined);
  }
}

/** A call, since the compiler takes a signal to be today what it was a line ago. */
function hasEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function untilEnd(runner: Runner, signal: AbortSignal): Promise<void> {
  const stop = () => void runner.stop().catch(() => undefined);
  if (hasEnded(signal)) stop();
  signal.addEventListener('abort', stop);
  await runner.promise.finally(() => signal.removeEventListener('abort', stop));
}

function start({ name, pool, handlers, schedules, log, signal, onWorker }: LaneOptions): Promise<Runner> {
  const tasks: TaskList = Object.fromEntries(
    handlers.map((handler) => [handler.job.name, taskOf(handler, log, signal)]),
  );
  const events = new EventEmitter() as WorkerEvents;
  events.on('pool:create', ({ workerPool }) => onWorker(workerPool.id));
  const size = concurrency[name];
  return run({
    pgPool: pool,
    taskList: tasks,
    parsedCronItems: cronItems(schedules),
    noHandleSignals: true,
    logger: queueLog(log),
    events,
    preset: {
      worker: {
        concurrentJobs: size,
        pollInterval: pollMs[name],
        ...(size > 10 ? { localQueue: { size }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } : {}),
      },
    },
  });
}

function cronItems(schedules: readonly Schedule[]): ParsedCronItem[] {
  return parseCronItems(
    schedules.map(({ at, job }) => ({
      task: job.name,
      match: at,
      identifier: job.name,
      // Of a job that did not get its turn before the next one is due, one is enough. What is due once a day is made
      // up for after a pause.
      options: {
        jobKey: job.name,
        maxAttempts: job.maxAttempts,
        backfillPeriod: isHourly(at) ? 0 : 24 * 60 * 60 * 1000,
      },
    })),
  );
}

function isHourly(at: string): boolean {
  return at.split(' ')[1] === '*';
}
