import type { Worker } from 'node:worker_threads';
import { requestTimedOut } from '../../http/errors.ts';
import { overloaded } from '../refusals.ts';
import { openWorker } from './open-worker.ts';
import type { Task, TaskAnswer } from './tasks.ts';
import type { Delivery, Order } from './worker.ts';

/** Does what takes longer than a few milliseconds beside the event loop, one task after the other. */
export interface StatisticsThread {
  /** 503 `overloaded` where too many wait already, 503 `timeout` where `signal` ends it. */
  run(task: Task, signal: AbortSignal): Promise<TaskAnswer>;
  close(): Promise<void>;
}

/** Each takes about a second at worst: whoever stood further back would be timed out. */
const mostWaiting = 8;

interface Job {
  task: Task;
  answer: Promise<TaskAnswer>;
  resolve: (answer: TaskAnswer) => void;
  reject: (error: unknown) => void;
}

/** One thread, opened at the first task: statistics never take more than one core. */
export function statisticsThread(): StatisticsThread {
  const waiting = new Set<Job>();
  /** Tells the thread the number of the task that it may drop. */
  const stopped = new Int32Array(new SharedArrayBuffer(4));
  let current: { id: number; job: Job } | null = null;
  let worker: Worker | null = null;
  let lastId = 0;

  const next = () => {
    current = null;
    const [job] = waiting;
    if (job === undefined) return;
    waiting.delete(job);
    current = { id: ++lastId, job };
    worker ??= open();
    worker.postMessage({ id: lastId, task: job.task } satisfies Order);
  };

  const open = () => {
    const opened = openWorker(stopped);
    opened.on('message', (delivery: Delivery) => {
      if (current?.id !== delivery.id) return;
      settle(current.job, delivery);
      next();
    });
    // A thread that breaks (memory, a defect) fails its task; the next task gets a new one.
    const onEnd = (error: unknown) => {
      if (worker !== opened) return;
      worker = null;
      current?.job.reject(error);
      next();
    };
    opened.on('error', onEnd);
    opened.on('exit', (code) => onEnd(new Error(`the statistics thread ended with ${code}`)));
    return opened;
  };

  return {
    async run(task, signal) {
      if (signal.aborted) throw requestTimedOut();
      if (waiting.size >= mostWaiting) throw overloaded();
      const job = jobOf(task);
      const drop = () => {
        if (!waiting.delete(job) && current?.job === job) Atomics.store(stopped, 0, current.id);
        job.reject(requestTimedOut());
      };
      signal.addEventListener('abort', drop, { once: true });
      waiting.add(job);
      if (current === null) next();
      return job.answer.finally(() => signal.removeEventListener('abort', drop));
    },
    async close() {
      const last = worker;
      worker = null;
      for (const job of [...waiting, current?.job]) job?.reject(requestTimedOut());
      waiting.clear();
      await last?.terminate();
    },
  };
}

function settle(job: Job, delivery: Delivery): void {
  if ('answer' in delivery) job.resolve(delivery.answer);
  else job.reject(delivery.error);
}

function jobOf(task: Task): Job {
  const job: Partial<Job> = { task };
  job.answer = new Promise((resolve, reject) => Object.assign(job, { resolve, reject }));
  return job as Job;
}
