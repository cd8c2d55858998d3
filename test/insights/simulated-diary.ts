import type { DiaryDays, Presence } from '../../src/insights/effects/factors.ts';
import { simulate, type Diarist } from './simulate.ts';

/** The days of a simulated diary as the database would count them; some are missing where `missing` says so. */
export function simulatedDiary(
  seed: number,
  diarist: Diarist,
  missing: (day: number) => boolean = () => false,
): DiaryDays {
  const days = simulate(seed, diarist).map((each, day) => ({ ...each, day }));
  const kept = days.filter(({ day }) => !missing(day));
  const tags = new Map<string, Presence>();
  for (const { day, tags: names } of kept) {
    for (const name of names) {
      const known = tags.get(name);
      if (known === undefined) tags.set(name, { name, days: [day] });
      else known.days.push(day);
    }
  }
  return {
    days: kept.map(({ day, mood }) => ({ day, entries: 1, sum: mood })),
    categories: [{ name: 'general', days: kept.map(({ day }) => day) }],
    tags: [...tags.values()],
    measures: [],
  };
}
