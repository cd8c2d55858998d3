import { autoregression } from './autoregression.ts';
import { drawSeededBy, type Draw } from './random.ts';
import { bestStretch, type Stretch } from './stretch.ts';

/** How often a level that never changed would seem to, by one change or by one that goes back again. */
const significance = { split: 0.035, stretch: 0.015 };
const simulations = 999;

/**
 * An autocorrelation is learnt with the levels taken out, else a step would hide itself; but two levels and the choice
 * of their places take some of the true one along. In simulations four times the bias of one mean puts it back.
 */
const meansTakenOut = 4;

/**
 * Where the level of a series changed: the first index of each new level, in order. The split, or the stretch, that
 * stands out most is kept where it is significant, and its parts are looked at in turn; in the end every change must be a significant
 * split of what lies between its neighbours, and moves to the best place there.
 */
export function changePoints(values: Float64Array, checkpoint: () => void = () => undefined): number[] {
  const found = new Set<number>();
  const parts: [from: number, to: number][] = [[0, values.length]];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [from, to] = part;
    const days = values.subarray(from, to);
    const stretch =
      significantStretch(days, 'split', checkpoint) ?? significantStretch(days, 'stretch', checkpoint);
    if (stretch === null) continue;
    const bounds = [...new Set([from, from + stretch.from, from + stretch.to, to])];
    for (const each of bounds.slice(1, -1)) found.add(each);
    for (const [i, each] of bounds.slice(1).entries()) parts.push([bounds[i] as number, each]);
  }
  return confirmed(
    values,
    [...found].sort((a, b) => a - b),
    checkpoint,
  );
}

/** Drops each change that does not split what lies between its neighbours, until all that are left do. */
function confirmed(values: Float64Array, points: readonly number[], checkpoint: () => void): number[] {
  const kept = [...points];
  for (let i = 0; i < kept.length;) {
    const from = kept[i - 1] ?? 0;
    const part = values.subarray(from, kept[i + 1] ?? values.length);
    const split = significantStretch(part, 'split', checkpoint);
    if (split === null) {
      kept.splice(i, 1);
      // The neighbour before has another right side now.
      i = Math.max(0, i - 1);
    } else {
      kept[i] = from + split.to;
      i++;
    }
  }
  return kept;
}

/**
 * The stretch that stands out most, if it does so more than nearly all best ones of series without any that move from day
 * to day in the same way: series rebuilt from surprises of this one, drawn at random (the sieve bootstrap of Bühlmann,
 * Bernoulli 3, 1997).
 */
function significantStretch(
  values: Float64Array,
  kind: 'split' | 'stretch',
  checkpoint: () => void,
): Stretch | null {
  const oneEnd = kind === 'split';
  const stretch = bestStretch(values, oneEnd);
  if (stretch === null || stretch.height === 0) return null;
  const { weights, surprises } = autoregression(withoutLevels(values, stretch), meansTakenOut);
  const draw = drawSeededBy(values);
  const most = significance[kind] * (simulations + 1);
  let higher = 0;
  for (let n = 0; n < simulations; n++) {
    const height = bestStretch(rebuilt(surprises, weights, draw), oneEnd)?.height ?? 0;
    if (height >= stretch.height * (1 - 1e-9) && ++higher >= most) return null;
    if (n % 50 === 0) checkpoint();
  }
  return stretch;
}

/** A series less its mean in a stretch, and less the mean of its other days there. */
function withoutLevels(values: Float64Array, { from, to }: Stretch): Float64Array {
  const isInside = (i: number) => i >= from && i < to;
  let [inside, all] = [0, 0];
  for (const [i, each] of values.entries()) {
    if (isInside(i)) inside += each;
    all += each;
  }
  const within = inside / (to - from);
  const without = (all - inside) / (values.length - (to - from));
  return values.map((each, i) => each - (isInside(i) ? within : without));
}

/** A series of surprises drawn with replacement, begun early enough to forget that it began. */
function rebuilt(surprises: Float64Array, weights: Float64Array, draw: Draw): Float64Array {
  const n = surprises.length;
  const warmUp = weights.length === 0 ? 0 : 50;
  const series = new Float64Array(n + warmUp);
  for (let i = 0; i < series.length; i++) {
    let value = surprises[draw(n)] as number;
    for (let k = 0; k < weights.length && k < i; k++) {
      value += (weights[k] as number) * (series[i - 1 - k] as number);
    }
    series[i] = value;
  }
  return series.subarray(warmUp);
}
