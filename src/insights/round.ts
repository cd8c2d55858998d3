/** A number as the reports give it: 4 decimals, and never −0. */
export function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000 + 0;
}

/** The same for a number that may be missing. */
export function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}
