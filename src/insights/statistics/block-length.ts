/**
 * Blocks of a length that shares no factor with a habit's rhythm: a tag of every Monday, moved by whole weeks, would
 * lie where it was, and blocks of two days would do the same to a tag of every other day.
 */
const lengths = [1, 2, 3, 5, 9, 11, 13, 17, 19, 23, 29, 31];

/** With fewer blocks there are too few orders of them, and too few to resample. */
const leastBlocks = 10;

/**
 * How many days in a row stay together when a series of `n` days is shuffled or resampled, where a day resembles the
 * one before by φ: (√6 φ / (1 − φ²))^⅔ n^⅓, which is best for the variance of a mean of an AR(1) process (Carlstein,
 * Annals of Statistics 14, 1986), but at least n^⅓ for what an AR(1) does not tell, taken up to the next length of the
 * list, and at most a tenth of the days.
 */
export function blockLength(n: number, phi: number): number {
  const best = Math.max(1, ((Math.sqrt(6) * phi) / (1 - phi * phi)) ** (2 / 3)) * n ** (1 / 3);
  const most = Math.max(1, Math.floor(n / leastBlocks));
  const allowed = lengths.filter((length) => length <= most);
  return allowed.find((length) => length >= best) ?? allowed.at(-1) ?? 1;
}

/** The autocorrelation at lag 1 of values one after the other, with the correction (1 + 3φ)/n; from 0 to 0.95. */
export function neighbourCorrelation(values: Float64Array): number {
  const n = values.length;
  const middle = values.reduce((sum, each) => sum + each, 0) / n;
  let [squares, products] = [0, 0];
  for (let i = 0; i < n; i++) {
    const off = (values[i] as number) - middle;
    squares += off * off;
    if (i + 1 < n) products += off * ((values[i + 1] as number) - middle);
  }
  if (squares === 0) return 0;
  const raw = products / squares;
  return Math.min(0.95, Math.max(0, raw + (1 + 3 * raw) / n));
}
