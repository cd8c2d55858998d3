import type { Sql } from '../db/sql.ts';
import { textOfDay } from './calendar-day.ts';
import { readDays } from './mood-days.ts';
import type { Range } from './range.ts';
import { ruleAndNotes } from './rule.ts';
import { sumMoods } from './series.ts';
import type { StatisticsThread } from './thread/statistics-thread.ts';

/** The days on which the level of the daily mean changed. Found on a thread of its own until nobody waits for it. */
export async function shifts(
  sql: Sql,
  userId: string,
  range: Range,
  thread: StatisticsThread,
  signal: AbortSignal,
): Promise<string> {
  const { days } = await sumMoods(sql, userId, textOfDay(range.from), textOfDay(range.to));
  const { rule, notes } = ruleAndNotes(range, readDays(days));
  const found = await thread.run({ kind: 'shifts', days, weighting: range.weighting }, signal);
  return `{"rule":${JSON.stringify(rule)},"notes":${JSON.stringify(notes)},"shifts":${found.json}}`;
}
