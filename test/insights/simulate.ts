import { random } from '../../src/demo/random.ts';

export interface Diarist {
  days: number;
  tags: number;
  /** How often each tag is there. */
  share: number;
  /** What the first tag adds to the mood of its days. */
  planted?: number;
  /** Correlation of a day's mood with the day before, and the spread of moods. */
  phi?: number;
  sd?: number;
  /** The chance that a tag of yesterday simply stays, or stays away. */
  habit?: number;
  /** Spread of what is added to each day and forgotten on the next. */
  noise?: number;
  /** What a day's mood is raised by, from its number. */
  level?: (day: number) => number;
}

/** The moods of somebody's days on the scale of the diary, and the tags of each. */
export function simulate(seed: number, diarist: Diarist): { mood: number; tags: string[] }[] {
  const { days, tags, share, planted = 0, phi = 0.6, sd = 1.5, habit = 0 } = diarist;
  const { noise = 0, level = () => 0 } = diarist;
  const { next, normal } = random(seed);
  let drift = sd * normal();
  const on = Array.from({ length: tags }, () => next() < share);
  return Array.from({ length: days }, (_, day) => {
    drift = phi * drift + sd * Math.sqrt(1 - phi * phi) * normal();
    for (const t of on.keys()) if (next() >= habit) on[t] = next() < share;
    const mood = Math.round(
      5.5 + drift + (noise && noise * normal()) + level(day) + (on[0] === true ? planted : 0),
    );
    return {
      mood: Math.min(10, Math.max(1, mood)),
      tags: on.flatMap((has, t) => (has ? [`tag ${t}`] : [])),
    };
  });
}
