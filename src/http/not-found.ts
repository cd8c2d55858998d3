import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem, routeNotFound } from './problem.ts';
import type { App } from './types.ts';
import { asksForPage, sendPage } from './web-app.ts';

/**
 * Answers requests that no route takes: the web app's page where a browser asks for one (`hasPages`), 405 with
 * `Allow` where another method has the path, else 404.
 */
export function answerUnrouted(app: App, hasPages: boolean): void {
  const routes: { pattern: RegExp; method: string }[] = [];
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) routes.push({ pattern: patternOf(route.url), method });
  });
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    if (hasPages && asksForPage(request)) {
      void sendPage(reply);
      return;
    }
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method));
    // A route may find that it has nothing at a path: `/docs/*` for a file that is none.
    if (allowed.size === 0 || allowed.has(request.method)) throw routeNotFound();
    const allow = [...allowed].sort().join(', ');
    const detail = `This path takes ${allow} only.`;
    throw new Problem(405, 'method_not_allowed', detail, { headers: { allow } });
  });
}

function patternOf(url: string): RegExp {
  const source = url
    .replaceAll(/[.+^$(){}|[\]\\]/g, '\\$&')
    .replaceAll(/:[a-z_]+/g, '[^/]+')
    .replaceAll('*', '.*');
  return new RegExp(`^${source}$`);
}
