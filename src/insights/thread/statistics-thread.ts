import type { Worker } from 'node:worker_threads';
import { overloaded, timedOut } from '../refusals.ts';
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
  resolve: (answer: TaskAnswer) => void;
  reject: (error: unknown) => void;
  isOver: boolean;
}

/** One thread, opened at the first task: statistics never take more than one core. */
export function statisticsThread(): StatisticsThread {
  const waiting: Job[] = [];
  const stopped = new Int32Array(new SharedArrayBuffer(4));
  let current: { id: number; job: Job } | null = null;
  let worker: Worker | null = null;
  let lastId = 0;

  const next = () => {
    current = null;
    let job = waiting.shift();
    while (job?.isOver === true) job = waiting.shift();
    if (job === undefined) return;
    current = { id: ++lastId, job };
    worker ??= open();
    worker.postMessage({ id: lastId, task: job.task } satisfies Order);
  };

  const open = () => {
    const opened = openWorker(stopped);
    opened.on('message', (delivery: Delivery) => {
      if (current?.id !== delivery.id) return;
      const { job } = current;
      if ('answer' in delivery) job.resolve(delivery.answer);
      else job.reject(delivery.error);
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
    run: (task, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) throw timedOut();
        if (waiting.filter(({ isOver }) => !isOver).length >= mostWaiting) throw overloaded();
        const job: Job = { task, resolve, reject, isOver: false };
        const onAbort = () => {
          job.isOver = true;
          if (current?.job === job) Atomics.store(stopped, 0, current.id);
          reject(timedOut());
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.push(job);
        if (current === null) next();
      }),
    async close() {
      const last = worker;
      worker = null;
      await last?.terminate();
    },
  };
}
