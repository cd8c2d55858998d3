import type { Tested } from '../statistics/factor-test.ts';

/** `1 day`, `2 days`. */
export function counted(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? '' : 's'}`;
}

/**
 * A name as part of a sentence: in quotation marks, on one line, without what would turn the direction of the text around
 * it (UAX #9, explicit formatting characters).
 */
export function quoted(name: string): string {
  const plain = name
    .replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ');
  return `“${plain.trim()}”`;
}

/** `0.9 higher (0.4 to 1.3)`, `0.1 lower (0.5 lower to 0.3 higher)`: the effect and its interval. */
export function amounts({ effect, ci95 }: Pick<Tested, 'effect' | 'ci95'>): string {
  const [low, high] = ci95 ?? [effect, effect];
  const decimals = decimalsFor(effect, Math.max(Math.abs(low), Math.abs(high)));
  const size = (value: number) => Math.abs(value).toFixed(decimals);
  const side = (value: number) => `${size(value)} ${value < 0 ? 'lower' : 'higher'}`;
  if (ci95 === null) return side(effect);
  const inside = low < 0 === high < 0 && low < 0 === effect < 0;
  const range = inside
    ? `${size(effect < 0 ? high : low)} to ${size(effect < 0 ? low : high)}`
    : `${side(low)} to ${side(high)}`;
  return `${side(effect)} (${range})`;
}

/** One decimal, two where one would show a small effect as none, and more where the unit itself is small. */
function decimalsFor(effect: number, reach: number): number {
  const largest = Math.max(Math.abs(effect), reach);
  if (largest >= 0.1) return Math.abs(effect) < 0.1 ? 2 : 1;
  return largest === 0 ? 1 : Math.min(20, 1 - Math.floor(Math.log10(largest)));
}
