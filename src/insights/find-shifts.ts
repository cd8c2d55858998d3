import { textOfDay } from './calendar-day.ts';
import { meanOf, meanOfDays, weightOf, type MoodDay } from './mood-days.ts';
import type { Weighting } from './range.ts';
import { rounded } from './round.ts';
import { lagOneCorrelation } from './statistics/autocorrelation.ts';
import { changePoints } from './statistics/change-points.ts';
import { differenceOf, estimateMean, intervalOf } from './statistics/mean-interval.ts';

/** The first day of each new level of the daily mean, with the levels before and after it. `days` in order. */
export function shiftsOf(days: readonly MoodDay[], weighting: Weighting, checkpoint?: () => void) {
  const starts = changePoints(Float64Array.from(days, meanOf), checkpoint);
  const bounds = [0, ...starts, days.length];
  const levels = bounds.slice(0, -1).map((from, i) => levelOf(days.slice(from, bounds[i + 1]), weighting));
  return levels.slice(1).map((after, i) => {
    const before = levels[i] as Level;
    const estimated = before.estimate && after.estimate && differenceOf(after.estimate, before.estimate);
    return {
      day: after.start,
      before_mean: rounded(before.mean),
      after_mean: rounded(after.mean),
      difference: rounded(after.mean - before.mean),
      ci95: estimated === null ? null : intervalOf(estimated).map(rounded),
    };
  });
}

type Level = ReturnType<typeof levelOf>;

/** Days between two changes. */
function levelOf(days: readonly MoodDay[], weighting: Weighting) {
  const dated = days.map((each) => ({
    day: each.day,
    value: meanOf(each),
    weight: weightOf(each, weighting),
  }));
  return {
    start: textOfDay(days[0]?.day ?? 0),
    mean: meanOfDays(days, weighting) ?? NaN,
    estimate: estimateMean(dated, lagOneCorrelation(dated)),
  };
}
