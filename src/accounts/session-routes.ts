import { Type } from 'typebox';
import type { Sql } from '../db/sql.ts';
import type { Cursors } from '../http/cursor.ts';
import { sendAnswer, type Answer, type Answers } from '../http/idempotency.ts';
import { parseInstant } from '../http/formats.ts';
import { sendJson, sendNothing } from '../http/json.ts';
import { newestFirst } from '../http/newest-first.ts';
import { idOf } from '../http/path-id.ts';
import { notFound, validationFailed } from '../http/problem.ts';
import { answers, byId, noContent } from '../http/schemas.ts';
import type { App } from '../http/types.ts';
import { createToken, deleteToken, endSession, listEvents, listSessions, listTokens } from './queries.ts';
import type { AccountDeps } from './routes.ts';
import {
  eventSchema,
  eventsQuery,
  newTokenSchema,
  sessionSchema,
  tokenBody,
  tokenSchema,
} from './schemas.ts';
import { newToken, tokenHash } from './tokens.ts';

/** Sessions, personal access tokens, and what happened to the account. */
export function sessionRoutes(app: App, deps: AccountDeps & { cursors: Cursors; answers: Answers }): void {
  app.get(
    '/me/sessions',
    {
      config: { access: 'account' },
      schema: {
        summary: 'Sessions and tokens that work',
        response: answers({ 200: Type.Object({ sessions: Type.Array(sessionSchema) }) }),
      },
    },
    async (request, reply) => {
      const rows = await listSessions(request.db, request.account.user_id, request.account.session_id);
      return sendJson(reply, `{"sessions":[${rows.map((row) => row.session).join(',')}]}`);
    },
  );

  app.delete(
    '/me/sessions/:id',
    {
      config: { access: 'account' },
      schema: { summary: 'End a session', params: byId, response: answers({ 204: noContent }) },
    },
    async (request, reply) => {
      const { user_id: userId } = request.account;
      const id = idOf(request.params, 'session');
      if (!(await endSession(request.db, userId, id, null, request.ip))) throw notFound('session');
      deps.sessions.forget(userId);
      return sendNothing(reply);
    },
  );

  app.get(
    '/me/tokens',
    {
      config: { access: 'account' },
      schema: {
        summary: 'Personal access tokens',
        response: answers({ 200: Type.Object({ tokens: Type.Array(tokenSchema) }) }),
      },
    },
    async (request, reply) => {
      const rows = await listTokens(request.db, request.account.user_id);
      return sendJson(reply, `{"tokens":[${rows.map((row) => row.token).join(',')}]}`);
    },
  );

  app.post(
    '/me/tokens',
    {
      config: { access: 'account', sessionOnly: true },
      schema: {
        summary: 'Make a personal access token; its secret is shown this once',
        body: tokenBody,
        response: answers({ 201: newTokenSchema }),
      },
    },
    async (request, reply) => {
      const write = async (sql: Sql): Promise<Answer> => {
        const { name, scopes, expires_at: expires = null } = request.body;
        const secret = newToken('token');
        const hash = tokenHash(secret);
        const expiresAt = expires === null ? null : parseInstant(expires);
        const row = await createToken(
          sql,
          request.account.user_id,
          hash,
          name,
          scopes,
          expiresAt,
          request.ip,
        );
        if (row === undefined) {
          throw validationFailed([{ pointer: '/expires_at', detail: 'must lie in the future' }]);
        }
        const body = `${row.token.slice(0, -1)},"token":${JSON.stringify(secret)}}`;
        return { status: 201, headers: { 'cache-control': 'no-store' }, body };
      };
      return sendAnswer(reply, await deps.answers.once(request, write));
    },
  );

  app.delete(
    '/me/tokens/:id',
    {
      config: { access: 'account' },
      schema: {
        summary: 'Revoke a personal access token',
        params: byId,
        response: answers({ 204: noContent }),
      },
    },
    async (request, reply) => {
      const { user_id: userId } = request.account;
      const id = idOf(request.params, 'token');
      if (!(await deleteToken(request.db, userId, id, request.ip))) throw notFound('token');
      deps.sessions.forget(userId);
      return sendNothing(reply);
    },
  );

  app.get(
    '/me/events',
    {
      config: { access: 'account' },
      schema: {
        summary: 'What happened to the account, newest first',
        querystring: eventsQuery,
        response: answers({
          200: Type.Object({
            events: Type.Array(eventSchema),
            next_cursor: Type.Union([Type.String(), Type.Null()]),
          }),
        }),
      },
    },
    async (request, reply) => {
      const userId = request.account.user_id;
      const { rows, next } = await newestFirst(
        deps.cursors,
        `${userId} /me/events`,
        request.query,
        (before, limit) => listEvents(request.db, userId, before, limit),
      );
      const list = rows.map((row) => row.event).join(',');
      return sendJson(reply, `{"events":[${list}],"next_cursor":${JSON.stringify(next)}}`);
    },
  );
}
