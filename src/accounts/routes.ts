import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SessionCookie } from '../http/credentials.ts';
import { sendJson, sendNothing } from '../http/json.ts';
import { answers, noContent } from '../http/schemas.ts';
import type { App } from '../http/types.ts';
import type { LoginLimit } from './guesses.ts';
import { endSession } from './queries.ts';
import { loginBody, registerBody, signedInSchema } from './schemas.ts';
import type { Sessions } from './sessions.ts';
import { signIn, signUp, type Client, type PasswordRules, type SignedIn } from './sign-in.ts';

export interface AccountDeps extends PasswordRules {
  sessions: Sessions;
  cookie: SessionCookie;
  loginLimit: LoginLimit;
  registration: 'open' | 'first' | 'closed';
}

/** Registration, login, logout. */
export function authRoutes(app: App, deps: AccountDeps): void {
  app.post(
    '/auth/register',
    {
      config: { access: 'public', signsIn: true },
      schema: { summary: 'Make an account', body: registerBody, response: answers({ 201: signedInSchema }) },
    },
    async (request, reply) => {
      const { email, password, time_zone: timeZone = 'UTC' } = request.body;
      const input = { email, password, timeZone };
      const signedIn = await signUp(request.db, deps, deps.registration, input, clientOf(request));
      return sendSignedIn(reply, 201, signedIn, deps.cookie);
    },
  );

  app.post(
    '/auth/login',
    {
      config: { access: 'public', signsIn: true },
      schema: { summary: 'Sign in', body: loginBody, response: answers({ 200: signedInSchema }) },
    },
    async (request, reply) => {
      const signedIn = await signIn(
        request.db,
        deps.passwords,
        deps.loginLimit,
        request.body,
        clientOf(request),
      );
      return sendSignedIn(reply, 200, signedIn, deps.cookie);
    },
  );

  app.post(
    '/auth/logout',
    {
      config: { access: 'account' },
      schema: { summary: 'End this session', response: answers({ 204: noContent }) },
    },
    async (request, reply) => {
      const { user_id: userId, session_id: sessionId } = request.account;
      await endSession(request.db, userId, sessionId, 'logout', request.ip);
      deps.sessions.forget(userId);
      return sendNothing(reply.header('set-cookie', deps.cookie.clear()));
    },
  );
}

/** Who is at the other end, for sessions and audit. */
export function clientOf(request: FastifyRequest): Client {
  return { ip: request.ip, userAgent: request.headers['user-agent']?.slice(0, 300) ?? null };
}

function sendSignedIn(reply: FastifyReply, status: number, { user, token }: SignedIn, cookie: SessionCookie) {
  void reply.header('set-cookie', cookie.set(token)).header('cache-control', 'no-store');
  return sendJson(reply, `{"user":${user},"token":${JSON.stringify(token)}}`, status);
}
