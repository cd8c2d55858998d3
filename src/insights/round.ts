/** A number as the reports give it: 4 decimals, and never −0. */
export function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000 + 0;
}

/** A slope as the reports give it: 4 decimals, and at least 3 digits that say something, since a unit may be small. */
export function roundedSlope(value: number): number {
  return Math.abs(value) >= 0.1 ? rounded(value) : Number(value.toPrecision(3)) + 0;
}

/** What `rounded` gives, for a number that may be missing. */
export function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}
