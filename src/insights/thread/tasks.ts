import { effectsOf } from '../effects/judge.ts';
import type { DiaryDays } from '../effects/factors.ts';
import { shiftsOf } from '../find-shifts.ts';
import { inOrder, type MoodDay } from '../mood-days.ts';
import type { Weighting } from '../range.ts';

/** Work for the thread; the data is JSON as PostgreSQL wrote it, so that nobody else parses it. */
export type Task =
  | { kind: 'effects'; diary: string; weighting: Weighting }
  | { kind: 'shifts'; days: string; weighting: Weighting };

/** The answer as JSON text, and notes for the reader. */
export interface TaskAnswer {
  json: string;
  notes: string[];
}

/** Does a task. `checkStopped` is called often and throws where nobody waits any more. */
export function doTask(task: Task, checkStopped: () => void): TaskAnswer {
  if (task.kind === 'effects') {
    const { effects, notes } = effectsOf(JSON.parse(task.diary) as DiaryDays, task.weighting, checkStopped);
    return { json: JSON.stringify(effects), notes };
  }
  const days = inOrder(JSON.parse(task.days) as MoodDay[]);
  return { json: JSON.stringify(shiftsOf(days, task.weighting, checkStopped)), notes: [] };
}
