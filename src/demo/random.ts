export interface Random {
  /** Uniform on [0, 1). */
  next: () => number;
  /** True with probability `p`. */
  chance: (p: number) => boolean;
  pick: <T>(from: readonly T[]) => T;
  /** Standard normal (Box and Muller 1958). */
  normal: () => number;
}

/** A generator that gives the same numbers for the same seed: mulberry32 (T. Ettinger 2017), 32 bits of state. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    chance: (p) => next() < p,
    pick: (from) => from[Math.floor(next() * from.length)] as (typeof from)[number],
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}
