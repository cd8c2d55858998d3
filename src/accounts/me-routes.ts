import { unauthenticated } from '../http/access.ts';
import { sendJson, sendNothing } from '../http/json.ts';
import { Problem } from '../http/problem.ts';
import { answers, noContent } from '../http/schemas.ts';
import type { App } from '../http/types.ts';
import { changeSettings } from './change-settings.ts';
import { deleteUser, endSessions, findPasswordHash, findUser, replacePasswordHash } from './queries.ts';
import type { AccountDeps } from './routes.ts';
import { deleteMeBody, meBody, passwordBody, userSchema } from './schemas.ts';
import { requireStrong } from './sign-in.ts';

/** The account itself: reading it, its settings, its password, its end. */
export function meRoutes(app: App, deps: AccountDeps): void {
  app.get(
    '/me',
    {
      config: { access: 'account' },
      schema: { summary: 'The account', response: answers({ 200: userSchema }) },
    },
    async (request, reply) => {
      const row = await findUser(request.db, request.account.user_id);
      if (row === undefined) throw unauthenticated();
      return sendJson(reply, row.user);
    },
  );

  app.patch(
    '/me',
    {
      config: { access: 'account' },
      schema: {
        summary: 'Change name, time zone, or when a day starts',
        body: meBody,
        response: answers({ 200: userSchema }),
      },
    },
    async (request, reply) =>
      sendJson(reply, await changeSettings(request.db, request.account.user_id, request.body)),
  );

  app.post(
    '/me/password',
    {
      config: { access: 'account', sessionOnly: true },
      schema: {
        summary: 'Change the password; other sessions end',
        body: passwordBody,
        response: answers({ 204: noContent }),
      },
    },
    async (request, reply) => {
      const { user_id: userId, session_id: sessionId } = request.account;
      const { current_password: current, new_password: next } = request.body;
      requireStrong(next, '/new_password', deps.isCommonPassword);
      const stored = (await findPasswordHash(request.db, userId))?.password_hash;
      if (stored === undefined || !(await deps.passwords.verify(stored, current))) throw wrongPassword();
      const hash = await deps.passwords.hash(next);
      await request.db.transaction(async (sql) => {
        // None: another request changed the password meanwhile, so the one given here is the wrong one now.
        if ((await replacePasswordHash(sql, userId, stored, hash)) === 0) throw wrongPassword();
        await endSessions(sql, userId, sessionId, request.ip);
      });
      deps.sessions.forget(userId);
      return sendNothing(reply);
    },
  );

  app.delete(
    '/me',
    {
      config: { access: 'account', sessionOnly: true },
      schema: {
        summary: 'Delete the account and all that is in it',
        body: deleteMeBody,
        response: answers({ 204: noContent }),
      },
    },
    async (request, reply) => {
      const userId = request.account.user_id;
      const stored = (await findPasswordHash(request.db, userId))?.password_hash;
      if (!(await deps.passwords.verify(stored, request.body.password))) throw wrongPassword();
      await deleteUser(request.db, userId);
      deps.sessions.forget(userId);
      return sendNothing(reply.header('set-cookie', deps.cookie.clear()));
    },
  );
}

function wrongPassword(): Problem {
  return new Problem(403, 'wrong_password', 'The current password is another one.');
}
