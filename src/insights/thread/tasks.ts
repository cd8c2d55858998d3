import { effectsOf } from '../effects/judge.ts';
import { readDiary, type WrittenDiary } from '../effects/written-diary.ts';
import { shiftsOf } from '../find-shifts.ts';
import { readDays } from '../mood-days.ts';
import type { Weighting } from '../range.ts';

/** Work for the thread; the data is as PostgreSQL wrote it, so that nobody else reads it. */
export type Task =
  | { kind: 'effects'; diary: WrittenDiary; weighting: Weighting }
  | { kind: 'shifts'; days: string; weighting: Weighting };

/** The answer as JSON text, and notes for the reader. */
export interface TaskAnswer {
  json: string;
  notes: string[];
}

/** Does a task. `checkpoint` is called every fraction of a millisecond, and throws where nobody waits any more. */
export function doTask(task: Task, checkpoint: () => void): TaskAnswer {
  if (task.kind === 'effects') {
    const { effects, notes } = effectsOf(readDiary(task.diary, checkpoint), task.weighting, checkpoint);
    return { json: JSON.stringify(effects), notes };
  }
  return {
    json: JSON.stringify(shiftsOf(readDays(task.days), task.weighting, checkpoint)),
    notes: [],
  };
}
