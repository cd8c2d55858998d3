/** Days that have both a factor and a mood, in order. Columns of one length. */
export interface Sample {
  /** The factor: 0 or 1 for a presence, else the measure. */
  x: Float64Array;
  /** The day's mean mood. */
  y: Float64Array;
  /** What the day counts. */
  w: Float64Array;
}

/** The sums that a slope is made of. */
export interface Sums {
  w: number;
  wx: number;
  wy: number;
  wxy: number;
  wxx: number;
}

/**
 * The least-squares slope of y on x with weights. For a factor of 0 and 1 it is the mean of y where x is 1 less the
 * mean where it is 0, so that presences and measures are one arithmetic. NaN where x does not vary.
 */
export function slopeOf({ w, wx, wy, wxy, wxx }: Sums): number {
  const spread = wxx - (wx * wx) / w;
  // What is left of rounding where x is the same on all days is no spread.
  return spread > 1e-12 * wxx ? (wxy - (wx * wy) / w) / spread : NaN;
}

export function sumsOf({ x, y, w }: Sample): Sums {
  const sums = { w: 0, wx: 0, wy: 0, wxy: 0, wxx: 0 };
  for (let i = 0; i < x.length; i++) {
    const [xi, yi, wi] = [x[i] as number, y[i] as number, w[i] as number];
    sums.w += wi;
    sums.wx += wi * xi;
    sums.wy += wi * yi;
    sums.wxy += wi * xi * yi;
    sums.wxx += wi * xi * xi;
  }
  return sums;
}

/** The sample about its weighted means: the slope stays, and sums of products lose no digits. */
export function centred({ x, y, w }: Sample): Sample {
  const sums = sumsOf({ x, y, w });
  const [xMean, yMean] = [sums.wx / sums.w, sums.wy / sums.w];
  return { x: x.map((each) => each - xMean), y: y.map((each) => each - yMean), w };
}
