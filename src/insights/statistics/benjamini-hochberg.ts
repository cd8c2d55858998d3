/**
 * The false discovery rate at which each of several tests would just be called a find: q of the i-th smallest of m
 * values of p is the least of p₍ⱼ₎ m / j over j ≥ i (Benjamini and Hochberg, Journal of the Royal Statistical Society B
 * 57, 1995). It holds for tests that are independent or positively dependent (Benjamini and Yekutieli 2001).
 */
export function qValues(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => (p[b] as number) - (p[a] as number));
  const q = new Array<number>(p.length);
  let least = 1;
  for (const [rank, i] of order.entries()) {
    least = Math.min(least, ((p[i] as number) * p.length) / (p.length - rank));
    q[i] = least;
  }
  return q;
}
