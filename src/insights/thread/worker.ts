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

/** Holds the number of the task that nobody waits for any more. */
const stopped = workerData as Int32Array;

parentPort?.on('message', ({ id, task }: Order) => {
  const checkStopped = () => {
    if (Atomics.load(stopped, 0) === id) throw new Error('nobody waits for this any more');
  };
  parentPort?.postMessage(attempt(id, task, checkStopped));
});

function attempt(id: number, task: Task, checkStopped: () => void): Delivery {
  try {
    return { id, answer: doTask(task, checkStopped) };
  } catch (error) {
    return { id, error };
  }
}
