/** Days in a row that stand out from the others of a series: from the first to before the last index. */
export interface Stretch {
  from: number;
  to: number;
  /** How far: the difference of the two means by its standard error but for σ, √(L(n − L)/n) |ȳ₁ − ȳ₂|. */
  height: number;
}

/** Fewer days are a spell and no level. */
export const leastDays = 14;

/** In long series stretches begin and end on a grid of so many places; every pair of them is looked at. */
const mostPlaces = 64;

/**
 * The days that stand out most, from a place to another or to either end of the series: the statistic of circular
 * binary segmentation (Olshen and others, Biostatistics 5, 2004). A single split cannot see a level that comes and goes.
 * With `oneEnd` the stretch must reach an end: a split. Null where the series is too short.
 */
export function bestStretch(values: Float64Array, oneEnd = false): Stretch | null {
  const n = values.length;
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) sums[i + 1] = (sums[i] as number) + (values[i] as number);
  const total = sums[n] as number;
  const places = placesOf(n, oneEnd ? n : mostPlaces);
  let best: Stretch | null = null;
  for (const [a, from] of places.entries()) {
    if (oneEnd && from > 0) break;
    for (let b = places.length - 1; b > a; b--) {
      const to = places[b] as number;
      const length = to - from;
      if (length < leastDays) break;
      if (n - length < leastDays) continue;
      const off = (sums[to] as number) - (sums[from] as number) - (length * total) / n;
      const height = Math.abs(off) / Math.sqrt((length * (n - length)) / n);
      if (best === null || height > best.height) best = { from, to, height };
    }
  }
  return best;
}

/** The ends, and places between them that leave room for a level on either side. */
function placesOf(n: number, most: number): number[] {
  const step = Math.max(1, Math.ceil(n / most));
  const places = [0];
  for (let at = leastDays; at <= n - leastDays; at += step) places.push(at);
  return [...places, n];
}
