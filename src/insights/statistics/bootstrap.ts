import { blockLength, neighbourCorrelation } from './block-length.ts';
import type { Interval } from './mean-interval.ts';
import { drawSeededBy, type Draw } from './random.ts';
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
export function bootstrapInterval(sample: Sample, checkpoint?: () => void): Interval | null {
  const about = centred(sample);
  const n = about.x.length;
  const length = blockLength(n, neighbourCorrelation(about.y));
  const draw = drawSeededBy(sample.x, sample.y, sample.w);
  const slopes = resampledSlopes(about, length, draw, checkpoint).sort();
  // Resamples in which the factor does not vary have no slope.
  if (slopes.length < resamples / 2) return null;
  const slope = slopeOf(sumsOf(about));
  const widened = (studentQuantile(0.975, n / length - 1) / 1.959963984540054) * Math.sqrt(n / (n - 2));
  return [
    slope - (slope - quantile(slopes, 0.025)) * widened,
    slope + (quantile(slopes, 0.975) - slope) * widened,
  ];
}

function resampledSlopes(sample: Sample, length: number, draw: Draw, checkpoint?: () => void): Float64Array {
  const n = sample.x.length;
  const blocks = Math.floor(n / length);
  const whole = blockSums(sample, length);
  const rest = blockSums(sample, n - blocks * length);
  const slopes = new Float64Array(resamples);
  let kept = 0;
  for (let r = 0; r < resamples; r++) {
    if (r % 50 === 0) checkpoint?.();
    // The sums stand in variables, not in an object: this is where the time goes.
    let from = draw(n) * columns;
    let [w, wx, wy] = [at(rest, from), at(rest, from + 1), at(rest, from + 2)];
    let [wxy, wxx] = [at(rest, from + 3), at(rest, from + 4)];
    for (let block = 0; block < blocks; block++) {
      from = draw(n) * columns;
      w += at(whole, from);
      wx += at(whole, from + 1);
      wy += at(whole, from + 2);
      wxy += at(whole, from + 3);
      wxx += at(whole, from + 4);
    }
    const slope = slopeOf({ w, wx, wy, wxy, wxx });
    if (!Number.isNaN(slope)) slopes[kept++] = slope;
  }
  return slopes.subarray(0, kept);
}

const at = (values: Float64Array, index: number) => values[index] as number;

/** What each block of `length` days adds to the sums, by its first day; after the last day comes the first. */
function blockSums({ x, y, w }: Sample, length: number): Float64Array {
  const n = x.length;
  const sums = new Float64Array(n * columns);
  for (let first = 0; first < n; first++) {
    for (let k = 0; k < length; k++) {
      const day = first + k < n ? first + k : first + k - n;
      const [xi, yi, wi] = [at(x, day), at(y, day), at(w, day)];
      const to = first * columns;
      sums[to] = at(sums, to) + wi;
      sums[to + 1] = at(sums, to + 1) + wi * xi;
      sums[to + 2] = at(sums, to + 2) + wi * yi;
      sums[to + 3] = at(sums, to + 3) + wi * xi * yi;
      sums[to + 4] = at(sums, to + 4) + wi * xi * xi;
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
