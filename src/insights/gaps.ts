import { meanOf, type MoodDay } from './mood-days.ts';
import { mean, standardDeviation } from './statistics/moments.ts';

/** Fewer days on either side show nothing. */
const leastDays = 10;
/** Points of mood that are worth a sentence. */
const leastDifference = 0.5;
/** Standard errors, somewhat over the usual two, since days resemble their neighbours. */
const leastErrors = 2.5;

/**
 * Says where somebody seems to write less in bad times: the days before a gap are clearly lower than those
 * before another day with a mood. Then averages look better than the days were. `days` in order.
 */
export function gapNote(days: readonly MoodDay[]): string[] {
  const before: { gap: number[]; day: number[] } = { gap: [], day: [] };
  for (const [n, each] of days.entries()) {
    const next = days[n + 1];
    if (next !== undefined) before[next.day === each.day + 1 ? 'day' : 'gap'].push(meanOf(each));
  }
  if (Math.min(before.gap.length, before.day.length) < leastDays) return [];
  const difference = mean(before.day) - mean(before.gap);
  const error = Math.hypot(
    ...[before.gap, before.day].map((each) => standardDeviation(each) / Math.sqrt(each.length)),
  );
  if (difference < Math.max(leastDifference, leastErrors * error)) return [];
  return [
    `Days before a gap were ${difference.toFixed(1)} lower than other days: bad days may be missing, ` +
      'and the days that are here look better than all of them were.',
  ];
}
