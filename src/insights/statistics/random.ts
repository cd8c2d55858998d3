/** Uniform whole numbers from 0 to `n` − 1. */
export type Draw = (n: number) => number;

/**
 * A generator whose numbers follow from the data alone, so that the same data gives the same answer: sfc32 (C. Doty-
 * Humphrey, PractRand), 128 bits of state, seeded with a hash of the bytes of `data`.
 */
export function drawSeededBy(...data: readonly Float64Array[]): Draw {
  let [a, b, c] = [hash(data, 0x811c9dc5), hash(data, 0x9e3779b9), hash(data, 0x85ebca6b)];
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  // The author's number of rounds until every bit of the seed has reached every bit of the state.
  for (let round = 0; round < 15; round++) next();
  // Multiplying instead of a remainder: the error is under n / 2³², far below what a resample can show.
  return (n) => Math.floor((next() / 4_294_967_296) * n);
}

/** FNV-1a over 32-bit words with a final mix (Appleby's fmix32). */
function hash(data: readonly Float64Array[], offset: number): number {
  let state = offset | 0;
  for (const values of data) {
    for (const word of new Uint32Array(values.buffer, values.byteOffset, values.length * 2)) {
      state = Math.imul(state ^ word, 0x01000193);
      state ^= state >>> 15;
    }
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return state ^ (state >>> 16);
}
