import { effectiveSize, type Dated } from './autocorrelation.ts';
import { studentQuantile } from './student.ts';

export type Interval = [low: number, high: number];

/** A mean, its standard error and the degrees of freedom of that. */
export interface Estimate {
  mean: number;
  error: number;
  freedom: number;
}

/** Fewer days give intervals that say nothing. */
const leastDays = 5;

/**
 * The mean of some days with its standard error, where days resemble their neighbours by φ. With nₑ the
 * effective size and v the variance about the mean (dividing by the weights), E v = σ²(1 − 1/nₑ), so that the
 * error is √(v / (nₑ − 1)), with nₑ − 1 degrees of freedom. Null under 5 days, or where nₑ ≤ 2.
 */
export function estimateMean(values: readonly Dated[], phi: number): Estimate | null {
  if (values.length < leastDays) return null;
  const size = effectiveSize(values, phi);
  if (size <= 2) return null;
  let [weight, total, squares] = [0, 0, 0];
  for (const each of values) {
    weight += each.weight;
    total += each.weight * each.value;
  }
  const middle = total / weight;
  for (const each of values) squares += each.weight * (each.value - middle) ** 2;
  return { mean: middle, error: Math.sqrt(squares / weight / (size - 1)), freedom: size - 1 };
}

/** The 95 % interval of an estimated mean, by Student's t. */
export function intervalOf({ mean, error, freedom }: Estimate): Interval {
  const reach = studentQuantile(0.975, freedom) * error;
  return [mean - reach, mean + reach];
}

/** `later` less `earlier` with its error, degrees of freedom by Welch (Biometrika 34, 1947) and Satterthwaite. */
export function differenceOf(later: Estimate, earlier: Estimate): Estimate {
  const [a, b] = [later.error ** 2, earlier.error ** 2];
  const pooled = a * a === 0 && b * b === 0;
  const freedom = pooled
    ? later.freedom + earlier.freedom
    : (a + b) ** 2 / (a ** 2 / later.freedom + b ** 2 / earlier.freedom);
  return { mean: later.mean - earlier.mean, error: Math.sqrt(a + b), freedom };
}
