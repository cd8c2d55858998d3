/** The arithmetic mean. NaN of nothing. */
export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

export function sum(values: readonly number[]): number {
  let total = 0;
  for (const each of values) total += each;
  return total;
}

/** The variance of a sample, dividing by n − 1. NaN of fewer than two. */
export function variance(values: readonly number[]): number {
  if (values.length < 2) return NaN;
  const middle = mean(values);
  let squares = 0;
  for (const each of values) squares += (each - middle) ** 2;
  return squares / (values.length - 1);
}

/** The standard deviation of a sample, dividing by n − 1. NaN of fewer than two. */
export function standardDeviation(values: readonly number[]): number {
  return Math.sqrt(variance(values));
}

/** The middle value, or the mean of the two in the middle. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}
