import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { doTask, type Task, type TaskAnswer } from './tasks.ts';

/** What the thread is given, and what it gives back. */
export interface Order {
  id: number;
  task: Task;
}
export type Delivery = { id: number; answer: TaskAnswer } | { id: number; error: unknown };

// On Linux a thread has its own niceness (setpriority(2), "C library/kernel differences"); elsewhere the call would slow
// down the whole process. Requests go first.
if (process.platform === 'linux') setPriority(0, 5);

/**
 * Linux lets a thread that computes finish its slice of some milliseconds before one that wakes up on the same core
 * gets its turn, whatever their niceness. So this one steps aside often.
 */
const mostMs = 0.3;
const asideMs = 0.05;
const nobody = new Int32Array(new SharedArrayBuffer(4));
let since = performance.now();

function standBack(): void {
  if (performance.now() - since < mostMs) return;
  Atomics.wait(nobody, 0, 0, asideMs);
  since = performance.now();
}

/** Holds the number of the task that nobody waits for any more. */
const stopped = workerData as Int32Array;

parentPort?.on('message', ({ id, task }: Order) => {
  const checkpoint = () => {
    standBack();
    if (Atomics.load(stopped, 0) === id) throw new Error('nobody waits for this any more');
  };
  parentPort?.postMessage(attempt(id, task, checkpoint));
});

function attempt(id: number, task: Task, checkpoint: () => void): Delivery {
  try {
    return { id, answer: doTask(task, checkpoint) };
  } catch (error) {
    return { id, error };
  }
}
