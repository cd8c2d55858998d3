import type { EntryInput } from '../entries/members.ts';
import { mornings, phrases } from './phrases.ts';
import { random, type Random } from './random.ts';

interface Day {
  weekday: number;
  sleep: number;
  tags: string[];
  mood: number;
}

const habits: { tag: string; weekday: number; weekend: number; effect: number }[] = [
  { tag: 'run', weekday: 0.3, weekend: 0.35, effect: 0.9 },
  { tag: 'friends', weekday: 0.15, weekend: 0.5, effect: 0.8 },
  { tag: 'deadline', weekday: 0.18, weekend: 0.03, effect: -1.1 },
  { tag: 'reading', weekday: 0.3, weekend: 0.4, effect: 0.1 },
  { tag: 'cooking', weekday: 0.25, weekend: 0.45, effect: 0 },
  { tag: 'garden', weekday: 0.05, weekend: 0.3, effect: 0.3 },
  { tag: 'travel', weekday: 0.03, weekend: 0.08, effect: 0.2 },
];

/**
 * A believable year of entries that ends on the day of `now`: a mood that resembles the day before's, a few
 * habits that matter and some that do not, gaps that come more often in bad times. The same days, counted
 * back from `now`, whenever it is made; times are in UTC.
 */
export function demoYear(now: Date, days = 365): EntryInput[] {
  const luck = random(1_095_379_789);
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const entries: EntryInput[] = [];
  let drift = 0;
  let hadDrink = false;
  for (let back = days - 1; back >= 0; back--) {
    const midnight = today - back * 86_400_000;
    drift = 0.6 * drift + 0.9 * luck.normal();
    const day = liveDay(luck, new Date(midnight).getUTCDay(), drift, hadDrink);
    hadDrink = luck.chance(day.tags.includes('friends') ? 0.6 : 0.1);
    const written = writeDay(luck, day, midnight, hadDrink);
    if (!luck.chance(day.mood < 5 ? 0.22 : 0.06)) entries.push(...written);
  }
  return entries.filter((entry) => Date.parse(entry.at ?? '') <= now.getTime());
}

function liveDay(luck: Random, weekday: number, drift: number, hadDrink: boolean): Day {
  const isWeekend = weekday === 0 || weekday === 6;
  const sleep = 7.2 + (isWeekend ? 0.6 : 0) - (hadDrink ? 0.8 : 0) + 0.7 * luck.normal();
  const done = habits.filter((habit) => luck.chance(isWeekend ? habit.weekend : habit.weekday));
  const effect = done.reduce((sum, habit) => sum + habit.effect, 0);
  const mood = 6 + (isWeekend ? 0.3 : 0) + effect + 0.5 * (sleep - 7.2) + drift;
  return { weekday, sleep: Math.min(10, Math.max(3.5, sleep)), tags: done.map((habit) => habit.tag), mood };
}

function writeDay(luck: Random, day: Day, midnight: number, hadDrink: boolean): EntryInput[] {
  const at = (hour: number) => new Date(midnight + Math.round(hour * 60) * 60_000).toISOString();
  const entries: EntryInput[] = [];
  if (luck.chance(0.45)) {
    const measures = { sleep_hours: Math.round(day.sleep * 4) / 4, coffee: 1 + Math.floor(luck.next() * 3) };
    entries.push({
      at: at(6.5 + luck.next() * 2),
      mood: scale(day.mood - 0.4 + 0.6 * luck.normal()),
      text: luck.pick(mornings),
      measures,
      category: 'morning',
    });
  }
  const category = day.tags.includes('deadline')
    ? 'work'
    : day.weekday === 0 || day.weekday === 6
      ? 'weekend'
      : 'general';
  entries.push({
    at: at(18 + luck.next() * 4),
    mood: scale(day.mood + 0.4 * luck.normal()),
    text: tell(luck, day.tags),
    tags: day.tags,
    measures: {
      ...(entries.length === 0 ? { sleep_hours: Math.round(day.sleep * 4) / 4 } : {}),
      alcohol: hadDrink,
    },
    category,
  });
  return entries;
}

function tell(luck: Random, tags: string[]): string {
  const subjects = tags.length === 0 ? ['nothing'] : tags.slice(0, 2);
  return subjects.map((subject) => luck.pick(phrases[subject] ?? ['A day.'])).join(' ');
}

function scale(mood: number): number {
  return Math.min(10, Math.max(1, Math.round(mood)));
}
