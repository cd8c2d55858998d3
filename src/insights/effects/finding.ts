import type { Tested } from '../statistics/factor-test.ts';
import type { Factor } from './factors.ts';

/** Fewer on either side, or fewer days with a number, are not enough. */
export const leastDays = 10;
export const leastMeasured = 20;

/** One factor at one lag, before all are judged together. */
export interface Finding {
  factor: Factor;
  lag: 0 | 1;
  n_with: number;
  n_without: number;
  tested: Tested | null;
}

export type Verdict = 'likely' | 'possible' | 'no_detectable_effect' | 'not_enough_data';
