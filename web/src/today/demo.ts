import { announce } from '../app/channel.ts';
import { api, tell } from '../api/client.ts';
import type { Written } from '../api/types.ts';
import { browserZone, dayOf, instantOf, shiftDay, today } from '../look/days.ts';
import { uuid } from '../look/uuid.ts';
import { words } from '../words.ts';

const days = 90;
const tag = 'demo';
const habits = [
  { tag: 'run', share: 0.32, effect: 1 },
  { tag: 'friends', share: 0.25, effect: 0.8 },
  { tag: 'deadline', share: 0.15, effect: -1.3 },
  { tag: 'reading', share: 0.3, effect: 0 },
];

/** Writes three months of invented days, each tagged `demo`; gives how many it wrote, and what went wrong, or null. */
export async function addDemoDays(
  told: (share: number) => void,
): Promise<{ count: number; problem: string | null }> {
  const zone = browserZone();
  const entries = inventDays(zone);
  let [count, problem]: [number, string | null] = [0, null];
  for (const body of entries) {
    const params = { path: { id: uuid() } };
    const { error, response } = await api.PUT('/api/v1/entries/{id}', { params, body });
    if (!response.ok) {
      problem = tell(error);
      break;
    }
    told(++count / entries.length);
  }
  announce({ what: 'many' });
  return { count, problem };
}

/** Days with a mood that resembles the day before's, three habits that matter and one that does not. */
function inventDays(zone: string): Written[] {
  const last = Date.parse(today());
  const entries: Written[] = [];
  let drift = 0;
  for (let back = days; back > 0; back--) {
    drift = 0.6 * drift + 1.4 * (Math.random() - 0.5);
    const sleep = Math.round((6 + 2.5 * Math.random()) * 4) / 4;
    const done = habits.filter((habit) => Math.random() < habit.share);
    const effect = done.reduce((sum, habit) => sum + habit.effect, 0);
    if (Math.random() < 0.12) continue;
    const day = shiftDay(dayOf(last), -back);
    entries.push({
      text: (done.length === 0
        ? [words.demo.nothing]
        : done.map((habit) => words.demo[habit.tag as 'run'])
      ).join(' '),
      mood: Math.min(10, Math.max(1, Math.round(5.8 + effect + drift + 0.4 * (sleep - 7)))),
      category: 'general',
      tags: [...done.map((habit) => habit.tag), tag],
      measures: { sleep_hours: sleep, coffee: Math.floor(3 * Math.random()) },
      at: instantOf(
        `${day}T${18 + Math.floor(4 * Math.random())}:${10 + Math.floor(49 * Math.random())}`,
        zone,
      ),
      time_zone: zone,
    });
  }
  return entries;
}
