import type { Sample } from './slope.ts';

/**
 * A sample after what each day takes over from the day before is taken out of it, mood and factor alike: values about
 * their means, each less φ^g of the one `g` days earlier, to equal variance (the transformation of Prais and Winsten
 * 1954, with gaps). Where moods are a mean, an effect of the day and an AR(1) process, what is left of them are
 * independent surprises, and the slope is that of generalized least squares. `days` are those of the sample.
 */
export function whitened({ x, y, w }: Sample, days: readonly number[], phi: number): Sample {
  const scales = days.map((day, i) => {
    const kept = i === 0 ? 0 : phi ** (day - (days[i - 1] as number));
    return { kept, scale: Math.sqrt((1 - phi * phi) / (1 - kept * kept)) };
  });
  const whiten = (values: Float64Array) =>
    values.map((each, i) => {
      const { kept, scale } = scales[i] as (typeof scales)[number];
      return scale * (each - kept * (values[i - 1] ?? 0));
    });
  return { x: whiten(x), y: whiten(y), w };
}
