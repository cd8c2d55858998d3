import { autoregression } from './autoregression.ts';
import { drawSeededBy, type Draw } from './random.ts';

/** Fewer days are a spell and no shift. */
const leastDays = 14;
/** How often a level that never changed would seem to, for each stretch that is looked at. */
const significance = 0.05;
const simulations = 999;

/**
 * Where the level of a series changed: the first index of each new level, in order. By binary segmentation (Vostrikova
 * 1981): the most telling split of a stretch is kept where it is significant, then either side is looked at.
 */
export function changePoints(values: Float64Array, checkStopped: () => void = () => undefined): number[] {
  const found: number[] = [];
  const stretches = [{ from: 0, to: values.length }];
  for (let stretch = stretches.pop(); stretch !== undefined; stretch = stretches.pop()) {
    const { from, to } = stretch;
    const part = values.subarray(from, to);
    const split = bestSplit(part);
    if (split === null || !isSignificant(part, split, checkStopped)) continue;
    found.push(from + split.at);
    stretches.push({ from, to: from + split.at }, { from: from + split.at, to });
  }
  return found.sort((a, b) => a - b);
}

interface Split {
  at: number;
  /** The difference of the means, by its standard error but for σ: √(k(n − k)/n) |ȳ₁ − ȳ₂|. */
  height: number;
}

function bestSplit(values: Float64Array): Split | null {
  const n = values.length;
  const total = values.reduce((sum, each) => sum + each, 0);
  let best: Split | null = null;
  let sum = 0;
  for (let at = 1; at <= n - leastDays; at++) {
    sum += values[at - 1] as number;
    if (at < leastDays) continue;
    const height = Math.abs(sum - (at * total) / n) / Math.sqrt((at * (n - at)) / n);
    if (best === null || height > best.height) best = { at, height };
  }
  return best;
}

/**
 * An autocorrelation is learnt with the step taken out, else the step would hide itself; but two levels and the choice
 * of the place take some of the true one along. In simulations four times the bias of one mean puts it back.
 */
const meansTakenOut = 4;

/**
 * Whether a split is higher than nearly all best splits of series without one that move from day to day in the same way:
 * series rebuilt from the surprises of this one in random order (Bühlmann's sieve bootstrap, Bernoulli 3, 1997).
 */
function isSignificant(values: Float64Array, split: Split, checkStopped: () => void): boolean {
  const [before, after] = [meanOf(values, 0, split.at), meanOf(values, split.at)];
  const level = values.map((each, i) => each - (i < split.at ? before : after));
  const { weights, surprises } = autoregression(level, meansTakenOut);
  const draw = drawSeededBy(values);
  const most = significance * (simulations + 1);
  let higher = 0;
  for (let n = 0; n < simulations; n++) {
    const height = bestSplit(rebuilt(surprises, weights, draw))?.height ?? 0;
    if (height >= split.height * (1 - 1e-9) && ++higher >= most) return false;
    if (n % 100 === 0) checkStopped();
  }
  return true;
}

function meanOf(values: Float64Array, from: number, to = values.length): number {
  const part = values.subarray(from, to);
  return part.reduce((sum, each) => sum + each, 0) / part.length;
}

/** A series of surprises drawn with replacement, begun early enough to forget that it began. */
function rebuilt(surprises: Float64Array, weights: Float64Array, draw: Draw): Float64Array {
  const n = surprises.length;
  const warmUp = weights.length === 0 ? 0 : 50;
  const series = new Float64Array(n + warmUp);
  for (let i = 0; i < series.length; i++) {
    let value = surprises[draw(n)] as number;
    for (let k = 0; k < weights.length && k < i; k++)
      value += (weights[k] as number) * (series[i - 1 - k] as number);
    series[i] = value;
  }
  return series.subarray(warmUp);
}
