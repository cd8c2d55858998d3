import type { MoodDay } from '../mood-days.ts';
import type { Weighting } from '../range.ts';
import { rounded, roundedSlope } from '../round.ts';
import { qValues } from '../statistics/benjamini-hochberg.ts';
import { testFactor } from '../statistics/factor-test.ts';
import { countDays, daysOf, factorsOf, type DiaryDays, type Factor } from './factors.ts';
import { leastDays, leastMeasured, type Finding, type Verdict } from './finding.ts';
import { sentenceOf } from './sentence.ts';

/** More factors than anybody has; the rarest are left out. */
const mostFactors = 500;
/** p is a multiple of about one in so many. */
const leastOrders = 9_999;

/** The effects of everything that a diary holds, the clearest first, and notes for the reader. */
export function effectsOf(diary: DiaryDays, weighting: Weighting, checkpoint?: () => void) {
  const moods = diary.days.toSorted((a, b) => a.day - b.day);
  const { factors, notes } = factorsOf(diary);
  const kept = factors.slice(0, mostFactors);
  // So that the least p that can come out stays small against the number of tests it is held against.
  const orders = Math.max(leastOrders, 100 * kept.length);
  const findings = kept.flatMap((factor) =>
    ([0, 1] as const).map((lag) => find(factor, moods, lag, weighting, orders, checkpoint)),
  );
  return { effects: judge(findings), notes: [...notes, ...leftOut(factors.length - kept.length)] };
}

function find(
  factor: Factor,
  moods: readonly MoodDay[],
  lag: 0 | 1,
  weighting: Weighting,
  orders: number,
  checkpoint?: () => void,
): Finding {
  const days = daysOf(factor, moods, lag, weighting);
  const isNumber = factor.scale === 'number';
  const n_with = isNumber ? days.x.length : days.x.reduce((sum, each) => sum + each, 0);
  const n_without = (isNumber ? countDays(moods, lag) : days.x.length) - n_with;
  const enough = isNumber ? n_with >= leastMeasured : Math.min(n_with, n_without) >= leastDays;
  checkpoint?.();
  const tested = enough ? testFactor(days, lag, orders, checkpoint) : null;
  return { factor, lag, n_with, n_without, tested };
}

/** Gives each finding its q and its verdict among all, and puts the clearest first. */
function judge(findings: readonly Finding[]) {
  const q = qValues(findings.flatMap(({ tested }) => (tested === null ? [] : [tested.p])));
  let next = 0;
  const judged = findings.map((finding) => {
    const ofAll = finding.tested === null ? null : (q[next++] as number);
    return answerOf(finding, ofAll);
  });
  // Sorting is stable: among equals the most frequent factor stays first.
  return judged.sort((a, b) => (a.q ?? 2) - (b.q ?? 2) || (a.p ?? 2) - (b.p ?? 2));
}

function answerOf(finding: Finding, q: number | null) {
  const { factor, lag, n_with, n_without, tested } = finding;
  const round = factor.scale === 'number' ? roundedSlope : rounded;
  const verdict = verdictOf(q);
  return {
    factor: factor.name,
    kind: factor.kind,
    lag_days: lag,
    effect: tested === null ? null : round(tested.effect),
    ci95: tested?.ci95?.map(round) ?? null,
    unit: factor.scale === 'number' ? 'mood points per unit' : 'mood points',
    n_with,
    n_without,
    p: tested === null ? null : probability(tested.p),
    q: q === null ? null : probability(q),
    verdict,
    summary: sentenceOf(finding, verdict),
  };
}

/** Rounded, and never 0: no permutation test can say that. */
function probability(value: number): number {
  return Math.max(0.0001, rounded(value));
}

function verdictOf(q: number | null): Verdict {
  if (q === null) return 'not_enough_data';
  if (q < 0.05) return 'likely';
  return q < 0.2 ? 'possible' : 'no_detectable_effect';
}

function leftOut(count: number): string[] {
  return count <= 0 ? [] : [`${count} factors that are on the fewest days were left out.`];
}
