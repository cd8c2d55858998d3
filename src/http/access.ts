import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import { subscriber } from './client-address.ts';
import { credentialsOf, type SessionCookie } from './credentials.ts';
import { refuseCrossSite } from './cross-site.ts';
import { malformedRequest } from './errors.ts';
import { isUnambiguous } from './framing.ts';
import { pauses } from './pause.ts';
import { Problem } from './problem.ts';
import { malformedQuery } from './query.ts';
import { applyVerdict } from './rate-limit.ts';
import type { Limiter, RateLimit, Verdict } from './sliding-window.ts';
import type { Account, App, Scope } from './types.ts';

export interface AccessOptions {
  /** Finds the account behind a token; null for one that is not good. At once where it is remembered. */
  findAccount: (token: string) => Account | null | Promise<Account | null>;
  cookie: SessionCookie;
  limiter: Limiter;
  rateLimit: RateLimit;
  publicUrl: string | null;
}

/**
 * Decides before anything of the body is read whether a request may go on: who is asking, whether the
 * token's scopes reach, whether another site's page is behind it. Every route must say who may call it.
 */
export function controlAccess(app: App, options: AccessOptions): void {
  app.decorateRequest('account');
  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined)
      throw new Error(`route ${route.url} does not say who may call it`);
  });
  app.addHook('onRequest', accessHook(options));
}

function accessHook(options: AccessOptions): onRequestHookHandler {
  const pause = pauses();
  // Who guesses passwords does not wait, unless made to.
  const refusedLater = async (taken: Verdict | Promise<Verdict>) => {
    const verdict = await taken;
    if (!verdict.allowed) await pause();
    return verdict;
  };
  return (request, reply, done) => {
    if (request.query === malformedQuery || !isUnambiguous(request.raw)) throw malformedRequest();
    if (request.routeOptions.config.access === 'free' || request.is404) {
      done();
      return;
    }
    const { token, hasCookie } = credentialsOf(request, options.cookie.name);
    const found = token === null ? null : options.findAccount(token);
    const limited = (account: Account | null) => {
      const verdict = options.limiter.take(account?.user_id ?? subscriber(request.ip));
      return request.routeOptions.config.signsIn === true ? refusedLater(verdict) : verdict;
    };
    const decide = (account: Account | null, verdict: Verdict) => {
      applyVerdict(reply, options.rateLimit, verdict);
      admit(request, account, hasCookie, options.publicUrl);
    };
    // A remembered account, counted in this process, costs no turn of the event loop.
    if (!(found instanceof Promise)) {
      const verdict = limited(found);
      if (!(verdict instanceof Promise)) {
        decide(found, verdict);
        done();
        return;
      }
      verdict.then((each) => decide(found, each)).then(() => done(), done);
      return;
    }
    found.then(async (account) => decide(account, await limited(account))).then(() => done(), done);
  };
}

function admit(
  request: FastifyRequest,
  account: Account | null,
  hasCookie: boolean,
  publicUrl: string | null,
): void {
  const { access, sessionOnly, signsIn } = request.routeOptions.config;
  if (access !== 'public') {
    if (account === null || isForAnother(request, account)) throw unauthenticated();
    requireScope(account, access as Scope);
    if (sessionOnly === true && account.kind === 'token') throw tokenNotAllowed();
    request.account = account;
  }
  const writes = request.method !== 'GET' && request.method !== 'HEAD';
  if (writes && (hasCookie || signsIn === true)) refuseCrossSite(request, hasCookie, publicUrl);
}

/**
 * A page says whose it is: somebody else may have signed in to its browser since, and what it sends is not for their diary.
 */
function isForAnother({ headers }: FastifyRequest, { user_id }: Account): boolean {
  const meant = headers['daymark-account'];
  return meant !== undefined && meant !== user_id;
}

function requireScope(account: Account, scope: Scope): void {
  if (account.kind === 'session' || account.scopes.includes(scope)) return;
  throw new Problem(403, 'insufficient_scope', `This token lacks the scope ${scope}.`);
}

function tokenNotAllowed(): Problem {
  return new Problem(403, 'token_not_allowed', 'A personal access token cannot do this; sign in instead.');
}

/** The answer to a request without a token that is good. */
export function unauthenticated(): Problem {
  const headers = { 'www-authenticate': 'Bearer realm="daymark"' };
  return new Problem(401, 'unauthenticated', 'Sign in, or send a token that is good.', { headers });
}
