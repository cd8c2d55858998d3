import type { Effect, Verdict } from '../api/types.ts';
import { showDifference, showSlope } from '../look/format.ts';
import { words } from '../words.ts';

export const verdicts: readonly Verdict[] = ['likely', 'possible', 'no_detectable_effect', 'not_enough_data'];

/** So many days must there be on either side of a comparison, or with a measure. */
const leastDays = 10;
const leastMeasured = 20;

/** The effects of one verdict, the largest first; those that lack days by how few they lack. */
export function ofVerdict(effects: readonly Effect[], verdict: Verdict): Effect[] {
  const found = effects.filter((each) => each.verdict === verdict);
  if (verdict === 'not_enough_data') return found.sort((a, b) => missing(a).count - missing(b).count);
  return found.sort((a, b) => Math.abs(b.effect ?? 0) - Math.abs(a.effect ?? 0));
}

export function nameOf({ factor, kind, lag_days: lag }: Effect): string {
  const name = kind === 'tag' ? `#${factor}` : factor;
  return lag === 1 ? `${name}, ${words.insights.nextDay}` : name;
}

/** What would be needed before anything can be said; where no day is missing, why nothing can. */
export function needed(effect: Effect): string {
  const { count, isWith } = missing(effect);
  if (count <= 0) return effect.summary;
  return isWith
    ? words.insights.moreWith(count, effect.factor)
    : words.insights.moreWithout(count, effect.factor);
}

function missing({ n_with: yes, n_without: no, unit }: Effect): { count: number; isWith: boolean } {
  if (isSlope(unit)) return { count: leastMeasured - yes, isWith: true };
  const isWith = yes < leastDays;
  return { count: leastDays - (isWith ? yes : no), isWith };
}

function isSlope(unit: string): boolean {
  return unit.includes('per unit');
}

export function shownEffect({ effect, ci95, unit }: Effect): string {
  if (effect === null) return '–';
  const show = isSlope(unit) ? showSlope : showDifference;
  const range = ci95 === null ? '' : ` (${words.insights.fromTo(show(ci95[0] ?? 0), show(ci95[1] ?? 0))})`;
  return `${show(effect)}${range}${isSlope(unit) ? ` ${words.insights.perUnit}` : ''}`;
}

export function shownDays({ n_with: yes, n_without: no, unit }: Effect): string {
  return isSlope(unit) ? words.insights.withMeasure(yes) : words.insights.with(yes, no);
}
