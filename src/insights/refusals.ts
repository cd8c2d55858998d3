import { Problem } from '../http/problem.ts';

/** The answer to a report that took too long, or that nobody waited for. */
export function timedOut(): Problem {
  return refusal('timeout', 'The request took too long and was cancelled; try again.');
}

/** The answer where too many reports wait already. */
export function overloaded(): Problem {
  return refusal('overloaded', 'Too many reports are being computed just now; try again shortly.');
}

function refusal(code: string, detail: string): Problem {
  return new Problem(503, code, detail, { headers: { 'retry-after': '1' } });
}
