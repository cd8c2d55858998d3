const highestOrder = 4;
/** What is carried from day to day is less than this; an estimate above is a trend. */
const mostCarried = 0.95;

/** A series as what each value takes over from those before (`weights`, the nearest first), and what is left. */
export interface Autoregression {
  weights: Float64Array;
  surprises: Float64Array;
}

/**
 * Fits an autoregression by the recursion of Levinson and Durbin, its order from 0 to 4 by Akaike's criterion corrected
 * for few days (Hurvich and Tsai, Biometrika 76, 1989). Autocorrelations come out too small where means were taken out
 * of the series before; `means` says how many times the bias of one mean (Kendall, Biometrika 41, 1954) to put back.
 */
export function autoregression(values: Float64Array, means: number): Autoregression {
  const n = values.length;
  const middle = values.reduce((sum, each) => sum + each, 0) / n;
  const off = values.map((each) => each - middle);
  const weights = fit(autocorrelations(off, means), n);
  const left = off.map((each, i) => {
    let value = each;
    for (const [k, weight] of weights.entries()) value -= weight * (off[i - 1 - k] ?? 0);
    return value;
  });
  // Two levels and the weights were fitted, so what is left is smaller than the surprises were.
  const scale = Math.sqrt(n / (n - 2 - weights.length));
  const rest = left.reduce((sum, each) => sum + each, 0) / n;
  return { weights, surprises: left.map((each) => (each - rest) * scale) };
}

function autocorrelations(off: Float64Array, means: number): number[] {
  const n = off.length / means;
  const product = (lag: number) => {
    let sum = 0;
    for (let i = lag; i < off.length; i++) sum += (off[i] as number) * (off[i - lag] as number);
    return sum;
  };
  const square = product(0);
  const raw = Array.from({ length: highestOrder + 1 }, (_, lag) =>
    square === 0 ? 0 : product(lag) / square,
  );
  const first = raw[1] ?? 0;
  const rho = Math.min(mostCarried, Math.max(0, first + (1 + 3 * first) / n));
  return raw.map((r, lag) => {
    const bias = (((1 + rho) / (1 - rho)) * (1 - rho ** lag) + 2 * lag * rho ** lag) / n;
    return lag === 0 ? 1 : Math.min(mostCarried ** lag, r + bias);
  });
}

function fit(r: readonly number[], n: number): Float64Array {
  let [weights, best, error, least] = [new Float64Array(0), new Float64Array(0), 1, Infinity];
  for (let order = 0; order <= highestOrder; order++) {
    if (order > 0) {
      const reflection = reflectionOf(r, weights, order, error);
      if (Math.abs(reflection) >= 0.99) break;
      const shorter = weights;
      weights = Float64Array.from({ length: order }, (_, k) =>
        k === order - 1
          ? reflection
          : (shorter[k] as number) - reflection * (shorter[order - 2 - k] as number),
      );
      error *= 1 - reflection * reflection;
    }
    const criterion = n * Math.log(error) + (2 * n * (order + 1)) / (n - order - 2);
    if (criterion < least) [least, best] = [criterion, weights];
  }
  return best;
}

function reflectionOf(r: readonly number[], weights: Float64Array, order: number, error: number): number {
  let left = r[order] as number;
  for (const [k, weight] of weights.entries()) left -= weight * (r[order - 1 - k] as number);
  return left / error;
}
