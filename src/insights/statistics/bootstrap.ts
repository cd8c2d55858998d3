import { blockLength, neighbourCorrelation } from './block-length.ts';
import type { Interval } from './mean-interval.ts';
import { drawSeededBy } from './random.ts';
import { centred, slopeOf, sumsOf, type Sample } from './slope.ts';
import { studentQuantile } from './student.ts';

/** Twice as many move the ends of an interval by less than a tenth of its standard error. */
const resamples = 999;

/** Weights and products of a day, as they stand side by side in the table of sums. */
const columns = 5;

/**
 * The 95 % interval of a slope by the circular block bootstrap (Politis and Romano 1992): days are drawn in blocks, so
 * that what ties a day to the day before stays in them, from a calendar whose end meets its beginning. The percentiles'
 * distances from the slope are widened by t/z for as many degrees of freedom as there are blocks less one, and by
 * √(n/(n − 2)) for the two means that were estimated: percentiles alone cover 93 % where there are few blocks
 * (Hesterberg, The American Statistician 69, 2015). Null where resamples lack what is compared.
 */
export function bootstrapInterval(sample: Sample): Interval | null {
  const about = centred(sample);
  const n = about.x.length;
  const length = blockLength(n, neighbourCorrelation(about.y));
  const slopes = resampledSlopes(about, length, drawSeededBy(sample.x, sample.y, sample.w)).sort();
  // Resamples in which the factor does not vary have no slope.
  if (slopes.length < resamples / 2) return null;
  const slope = slopeOf(sumsOf(about));
  const widened = (studentQuantile(0.975, n / length - 1) / 1.959963984540054) * Math.sqrt(n / (n - 2));
  return [
    slope - (slope - quantile(slopes, 0.025)) * widened,
    slope + (quantile(slopes, 0.975) - slope) * widened,
  ];
}

function resampledSlopes(sample: Sample, length: number, draw: (n: number) => number): Float64Array {
  const n = sample.x.length;
  const upTo = sumsUpTo(sample);
  const blocks = Math.ceil(n / length);
  const rest = n - (blocks - 1) * length;
  const slopes = new Float64Array(resamples);
  let kept = 0;
  for (let r = 0; r < resamples; r++) {
    let [w, wx, wy, wxy, wxx] = [0, 0, 0, 0, 0];
    for (let block = 0; block < blocks; block++) {
      const from = draw(n) * columns;
      const to = from + (block === 0 ? rest : length) * columns;
      w += at(upTo, to) - at(upTo, from);
      wx += at(upTo, to + 1) - at(upTo, from + 1);
      wy += at(upTo, to + 2) - at(upTo, from + 2);
      wxy += at(upTo, to + 3) - at(upTo, from + 3);
      wxx += at(upTo, to + 4) - at(upTo, from + 4);
    }
    const slope = slopeOf({ w, wx, wy, wxy, wxx });
    if (!Number.isNaN(slope)) slopes[kept++] = slope;
  }
  return slopes.subarray(0, kept);
}

const at = (values: Float64Array, index: number) => values[index] as number;

/** The sums of all days before each day of the calendar, written twice so that blocks run over its end. */
function sumsUpTo({ x, y, w }: Sample): Float64Array {
  const n = x.length;
  const sums = new Float64Array((2 * n + 1) * columns);
  for (let day = 0; day < 2 * n; day++) {
    const [xi, yi, wi] = [at(x, day % n), at(y, day % n), at(w, day % n)];
    const products = [wi, wi * xi, wi * yi, wi * xi * yi, wi * xi * xi];
    for (const [c, each] of products.entries()) {
      sums[(day + 1) * columns + c] = at(sums, day * columns + c) + each;
    }
  }
  return sums;
}

/** A quantile of sorted values, between two of them by the straight line. */
function quantile(sorted: Float64Array, p: number): number {
  const place = p * (sorted.length - 1);
  const below = at(sorted, Math.floor(place));
  return below + (place - Math.floor(place)) * (at(sorted, Math.ceil(place)) - below);
}
