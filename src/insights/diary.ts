import { first } from '../db/sql.ts';

export interface Diary {
  revision: string;
  day_start_minutes: number;
  /** The day it is now where the diary's owner is, by the database's clock. */
  today: string;
}

/** What every report begins with: the state of the diary, and its today. */
export const findDiary = first<[userId: string], Diary>(
  'find_diary',
  `select revision::text, day_start_minutes, local_day(now(), time_zone, day_start_minutes)::text as today
   from journals where user_id = $1`,
  { brief: 'row' },
);
