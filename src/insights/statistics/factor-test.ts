import { lagOneCorrelation } from './autocorrelation.ts';
import { bootstrapInterval } from './bootstrap.ts';
import type { Interval } from './mean-interval.ts';
import { permutationP } from './permutation.ts';
import { centred, slopeOf, sumsOf, type Sample } from './slope.ts';
import { whitened } from './whiten.ts';

/** Days with a factor and a mood, in order; column by column. */
export interface FactorDays extends Sample {
  days: readonly number[];
}

export interface Tested {
  effect: number;
  ci95: Interval | null;
  p: number;
}

/**
 * The effect of a factor on moods: least-squares slope, 95 % interval, p. Null where the factor does not vary.
 *
 * For the same day (`lag` 0) the test looks at what each day has beyond what the day before foretold, in mood and factor:
 * that is sharper, and a factor that merely follows from a bad yesterday does not count. It cannot be done for the day
 * before (`lag` 1): taking out yesterday's mood would take out what yesterday's factor did to it. Where the test finds
 * the other direction than the plain effect has, there is no one effect to speak of, and p is 1.
 */
export function testFactor(
  given: FactorDays,
  lag: 0 | 1,
  orders: number,
  checkpoint?: () => void,
): Tested | null {
  const { sample, scale } = scaled(given);
  const effect = slopeOf(sumsOf(sample));
  if (Number.isNaN(effect)) return null;
  const ci95 = bootstrapInterval(sample, checkpoint);
  checkpoint?.();
  const tested = lag === 0 ? surprisesOf(sample, given.days) : sample;
  const agrees = Math.sign(slopeOf(sumsOf(tested))) === Math.sign(effect);
  return {
    effect: effect / scale,
    ci95: ci95 === null ? null : [ci95[0] / scale, ci95[1] / scale],
    p: agrees ? permutationP(tested, orders, checkpoint) : 1,
  };
}

/** Measures can be as large as a double: their squares would not fit into one. */
function scaled({ x, y, w }: FactorDays): { sample: Sample; scale: number } {
  const scale = x.reduce((most, each) => Math.max(most, Math.abs(each)), 0) || 1;
  return { sample: { x: x.map((each) => each / scale), y, w }, scale };
}

function surprisesOf(sample: Sample, days: readonly number[]): Sample {
  const about = centred(sample);
  const dated = days.map((day, i) => ({ day, value: about.y[i] as number, weight: 1 }));
  return whitened(about, days, lagOneCorrelation(dated));
}
