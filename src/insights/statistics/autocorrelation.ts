/** A value of a day; days without one are simply not there. */
export interface Dated {
  day: number;
  value: number;
  /** What it counts in a mean. */
  weight: number;
}

/** With fewer pairs of neighbours nothing can be said about how days resemble each other. */
const leastPairs = 10;
/** Above, a few hundred days hold no information on a mean; an estimate that high is noise or a trend. */
const highest = 0.95;

/**
 * How much a day resembles the one before it: the autocorrelation at lag 1, from the pairs of neighbouring days
 * that are both there, with the small-sample correction (1 + 3φ)/n of Marriott and Pope (Biometrika 41, 1954).
 * Between 0 and 0.95; 0 where there are fewer than ten pairs. `values` in order of days.
 */
export function lagOneCorrelation(values: readonly Dated[]): number {
  const n = values.length;
  const middle = values.reduce((total, each) => total + each.value, 0) / n;
  let [squares, products, pairs] = [0, 0, 0];
  for (const [i, { day, value }] of values.entries()) {
    squares += (value - middle) ** 2;
    const next = values[i + 1];
    if (next?.day !== day + 1) continue;
    products += (value - middle) * (next.value - middle);
    pairs++;
  }
  if (pairs < leastPairs || squares === 0) return 0;
  const raw = products / pairs / (squares / n);
  return Math.min(highest, Math.max(0, raw + (1 + 3 * raw) / n));
}

/**
 * How many independent days tell as much about a mean as these, where days `k` apart correlate as φ^k (an AR(1)
 * process with gaps): W² / Σᵢⱼ wᵢwⱼφ^|tᵢ−tⱼ|. For φ = 0 and equal weights it is n. `values` in order of days.
 */
export function effectiveSize(values: readonly Dated[], phi: number): number {
  let [total, sum, carried, before] = [0, 0, 0, values[0]?.day ?? 0];
  for (const { day, weight } of values) {
    // What all earlier days add: each fades by φ with every day between.
    carried *= phi ** (day - before);
    sum += weight * (weight + 2 * carried);
    carried += weight;
    total += weight;
    before = day;
  }
  return (total * total) / sum;
}
