import type { Database } from '../db/connect.ts';
import { unauthenticated } from '../http/access.ts';
import { findUser, recomputeDays, updateJournal, updateUser } from './queries.ts';

export interface Settings {
  name?: string | null;
  time_zone?: string | null;
  day_start_minutes?: number | null;
}

/**
 * Changes an account's settings and answers the account as JSON text; null puts a setting back to its default.
 * When a day starts decides the day of every entry, so those are recomputed in the same transaction, in a
 * statement after the one that locks the diary: its snapshot then holds every entry written before.
 */
export function changeSettings(db: Database, userId: string, settings: Settings): Promise<string> {
  const name = settings.name === null ? '' : settings.name;
  const timeZone = settings.time_zone === null ? 'UTC' : settings.time_zone;
  const dayStart = settings.day_start_minutes === null ? 0 : settings.day_start_minutes;
  return db.transaction(async (sql) => {
    if (timeZone !== undefined || dayStart !== undefined) {
      await updateJournal(sql, userId, timeZone ?? null, dayStart ?? null);
      if (dayStart !== undefined) await recomputeDays(sql, userId, dayStart);
    }
    if (name !== undefined) await updateUser(sql, userId, name);
    const row = await findUser(sql, userId);
    if (row === undefined) throw unauthenticated();
    return row.user;
  });
}
