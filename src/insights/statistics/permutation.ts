import { blockLength, neighbourCorrelation } from './block-length.ts';
import { drawSeededBy, type Draw } from './random.ts';
import { centred, slopeOf, sumsOf, type Sample } from './slope.ts';

/** So many orders at least as extreme say well enough that the effect is none: the error of p is 7 %. */
const enoughExtremes = 200;
/** What is equal but for rounding counts as equal. */
const tolerance = 1e-9;

/**
 * How often chance alone gives a slope at least as far from 0. The days of the factor are cut into blocks that are put
 * in random order, while the moods stay as they are: so both keep what ties a day to the days before, the moods
 * altogether and the factor within blocks, and only the link between them is broken (Carlstein 1986; for blocks of
 * one day it is Fisher's test). p = (1 + extremes) / (1 + orders), so never 0 and exact where blocks can be exchanged
 * (Phipson and Smyth 2010); with 200 extremes it stops and gives extremes / orders (Besag and Clifford,
 * Biometrika 78, 1991). `checkpoint` is called every fraction of a millisecond, and may throw.
 */
export function permutationP(
  sample: Sample,
  orders: number,
  checkpoint: () => void = () => undefined,
): number {
  const { x, y, w } = centred(sample);
  const length = blockLength(x.length, neighbourCorrelation(y));
  const blocks = Math.floor(x.length / length);
  const slopeFor = slopeByOrder({ x, y, w }, blocks, length);
  const order = Uint16Array.from({ length: blocks }, (_, n) => n);
  const found = Math.abs(slopeFor(order)) * (1 - tolerance);
  const draw = drawSeededBy(sample.x, sample.y, sample.w);
  let extremes = 0;
  for (let n = 1; n <= orders; n++) {
    if (n % 25 === 1) checkpoint();
    shuffle(order, draw);
    if (Math.abs(slopeFor(order)) >= found && ++extremes === enoughExtremes) return extremes / n;
  }
  return (1 + extremes) / (1 + orders);
}

/**
 * The slope when block `order[i]` of the factor stands at place `i`. What a block of the factor gives at each place is
 * summed up once, so that an order costs one look per block and not one per day. Days that fill no block stay.
 */
function slopeByOrder({ x, y, w }: Sample, blocks: number, length: number): (order: Uint16Array) => number {
  const all = sumsOf({ x, y, w });
  const rest = sumsOf(tail({ x, y, w }, blocks * length));
  const wy = y.map((each, i) => each * (w[i] as number));
  const products = table(x, wy, blocks, length);
  const total = (values: Float64Array, order: Uint16Array) => {
    let sum = 0;
    for (let i = 0; i < blocks; i++) sum += values[i * blocks + (order[i] as number)] as number;
    return sum;
  };
  // Where all days count the same, the factor's own sums are those of any order.
  if (w.every((each) => each === w[0])) {
    return (order) => slopeOf({ ...all, wxy: rest.wxy + total(products, order) });
  }
  const weights = table(x, w, blocks, length);
  const squares = table(
    x.map((each) => each * each),
    w,
    blocks,
    length,
  );
  return (order) =>
    slopeOf({
      ...all,
      wx: rest.wx + total(weights, order),
      wxy: rest.wxy + total(products, order),
      wxx: rest.wxx + total(squares, order),
    });
}

/** At `[i][j]` the sum of block `j` of `a` times block `i` of `b`. */
function table(a: Float64Array, b: Float64Array, blocks: number, length: number): Float64Array {
  const sums = new Float64Array(blocks * blocks);
  for (let i = 0; i < blocks; i++) {
    for (let j = 0; j < blocks; j++) {
      let sum = 0;
      for (let k = 0; k < length; k++) sum += (a[j * length + k] as number) * (b[i * length + k] as number);
      sums[i * blocks + j] = sum;
    }
  }
  return sums;
}

function tail({ x, y, w }: Sample, from: number): Sample {
  return { x: x.subarray(from), y: y.subarray(from), w: w.subarray(from) };
}

/** Fisher and Yates, in place. */
function shuffle(order: Uint16Array, draw: Draw): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
}
