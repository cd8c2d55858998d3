import type { App } from './types.ts';

/** What every answer carries, whatever it is. Pages replace the policy with one that lets them load their parts. */
const everyAnswer = {
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** What a person's own data carries: kept by nobody but the asker's browser, and asked for anew each time. */
const personalAnswer = { 'cache-control': 'private, no-cache', vary: 'authorization, cookie' };

/** The headers of every answer of an installation, also of those that are written before any hook runs. */
export function securityHeaders(publicUrl: string | null): Readonly<Record<string, string>> {
  const overTls = publicUrl?.startsWith('https:') ?? false;
  return overTls
    ? { ...everyAnswer, 'strict-transport-security': 'max-age=63072000; includeSubDomains' }
    : everyAnswer;
}

/** Sets the headers that tell browsers and caches what not to do. */
export function protect(app: App, publicUrl: string | null): void {
  const common = securityHeaders(publicUrl);
  const personal = { ...common, ...personalAnswer };
  app.addHook('onRequest', (request, reply, done) => {
    const { access } = request.routeOptions.config;
    void reply.headers(access !== undefined && access !== 'free' ? personal : common);
    done();
  });
}
