import type { FastifyReply } from 'fastify';
import { Problem } from './problem.ts';
import type { RateLimit, Verdict } from './sliding-window.ts';

/**
 * Writes what is left into an answer (draft-ietf-httpapi-ratelimit-headers), and refuses the request where
 * nothing was.
 */
export function applyVerdict(reply: FastifyReply, limit: RateLimit, verdict: Verdict): void {
  const { allowed, remaining, resetSeconds } = verdict;
  void reply.header('ratelimit-policy', `"default";q=${limit.requests};w=${limit.windowSeconds}`);
  void reply.header('ratelimit', `"default";r=${Math.max(0, remaining)};t=${resetSeconds}`);
  if (allowed) return;
  const headers = { 'retry-after': String(resetSeconds) };
  throw new Problem(429, 'rate_limited', 'Too many requests; wait before the next one.', { headers });
}
