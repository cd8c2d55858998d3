import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

/**
 * Refuses a call that another site's page made with this person's browser. A browser says in
 * `Sec-Fetch-Site` where a call comes from; an older one sends at least `Origin` with a write.
 * A client that sends neither header, and no cookie, is no browser and has nothing to steal.
 */
export function refuseCrossSite(request: FastifyRequest, hasCookie: boolean, publicUrl: string | null): void {
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  if (site === undefined && origin === undefined && !hasCookie) return;
  const allowed =
    site === undefined ? origin !== undefined && isOwn(origin, request, publicUrl) : site === 'same-origin';
  if (!allowed)
    throw new Problem(403, 'cross_site', 'A call with the session cookie must come from our own pages.');
}

function isOwn(origin: string, request: FastifyRequest, publicUrl: string | null): boolean {
  if (publicUrl !== null && origin === new URL(publicUrl).origin) return true;
  return URL.canParse(origin) && new URL(origin).host === request.headers.host;
}
