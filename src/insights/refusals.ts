import { Problem } from '../http/problem.ts';

/** The answer where too many reports wait already. */
export function overloaded(): Problem {
  const detail = 'Too many reports are being computed just now; try again shortly.';
  return new Problem(503, 'overloaded', detail, { headers: { 'retry-after': '1' } });
}
