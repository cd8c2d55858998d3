import { unauthenticated } from '../http/access.ts';
import type { Cursors } from '../http/cursor.ts';
import { sendAnswer, type Answer, type Answers } from '../http/idempotency.ts';
import { sendJson, sendNothing } from '../http/json.ts';
import { idOf } from '../http/path-id.ts';
import { notFound } from '../http/problem.ts';
import { answers, byId, noContent } from '../http/schemas.ts';
import type { Seal } from '../http/seal.ts';
import type { App } from '../http/types.ts';
import {
  createWebhook,
  deleteWebhook,
  findWebhook,
  listWebhooks,
  rotateSecret,
  updateWebhook,
} from './queries.ts';
import { newWebhookSchema, webhookBody, webhookPatch, webhookSchema, webhooksSchema } from './schemas.ts';
import { makeSecret } from './secrets.ts';
import { checkTarget, type TargetRules } from './target.ts';

export interface WebhookParts {
  seal: Seal;
  targets: TargetRules;
  answers: Answers;
  cursors: Cursors;
}

/** Webhooks: where changes are sent. */
export function webhookRoutes(app: App, { seal, targets, answers: kept }: WebhookParts): void {
  app.get(
    '/webhooks',
    {
      config: { access: 'webhooks' },
      schema: { summary: 'Webhooks', response: answers({ 200: webhooksSchema }) },
    },
    async (request, reply) => {
      const rows = await listWebhooks(request.db, request.account.user_id);
      return sendJson(reply, `{"webhooks":[${rows.map((row) => row.webhook).join(',')}]}`);
    },
  );

  app.post(
    '/webhooks',
    {
      config: { access: 'webhooks' },
      schema: {
        summary: 'Make a webhook; its secret is shown this once',
        body: webhookBody,
        response: answers({ 201: newWebhookSchema }),
      },
    },
    async (request, reply) => {
      const { url, description = '', events, active = true } = request.body;
      // Before the transaction of the write: a look-up of a name may take a while. A repeat has its answer, whatever the name
      // leads to by now.
      const [checked] = await Promise.allSettled([checkTarget(url, targets)]);
      const userId = request.account.user_id;
      const answer = await kept.once(request, async (sql) => {
        if (checked.status === 'rejected') throw checked.reason;
        const { secret, sealed } = makeSecret(seal, userId);
        const row = await createWebhook(sql, userId, url, description, events, active, sealed);
        if (row === undefined) throw unauthenticated();
        return withSecret(201, row.webhook, secret, { location: `/api/v1/webhooks/${row.id}` });
      });
      return sendAnswer(reply, answer);
    },
  );

  app.get(
    '/webhooks/:id',
    {
      config: { access: 'webhooks' },
      schema: { summary: 'One webhook', params: byId, response: answers({ 200: webhookSchema }) },
    },
    async (request, reply) => {
      const row = await findWebhook(request.db, request.account.user_id, idOf(request.params, 'webhook'));
      if (row === undefined) throw notFound('webhook');
      return sendJson(reply, row.webhook);
    },
  );

  app.patch(
    '/webhooks/:id',
    {
      config: { access: 'webhooks' },
      schema: {
        summary: 'Change a webhook, or switch it off and on',
        params: byId,
        body: webhookPatch,
        response: answers({ 200: webhookSchema }),
      },
    },
    async (request, reply) => {
      const id = idOf(request.params, 'webhook');
      const { url = null, description = null, events = null, active = null } = request.body;
      if (url !== null) await checkTarget(url, targets);
      const row = await updateWebhook(
        request.db,
        request.account.user_id,
        id,
        url,
        description,
        events,
        active,
      );
      if (row === undefined) throw notFound('webhook');
      return sendJson(reply, row.webhook);
    },
  );

  app.delete(
    '/webhooks/:id',
    {
      config: { access: 'webhooks' },
      schema: {
        summary: 'Delete a webhook and the log of its deliveries',
        params: byId,
        response: answers({ 204: noContent }),
      },
    },
    async (request, reply) => {
      if (!(await deleteWebhook(request.db, request.account.user_id, idOf(request.params, 'webhook'))))
        throw notFound('webhook');
      return sendNothing(reply);
    },
  );

  app.post(
    '/webhooks/:id/rotate',
    {
      config: { access: 'webhooks' },
      schema: {
        summary: 'Make a new secret; the old one signs too for 24 hours',
        params: byId,
        response: answers({ 200: newWebhookSchema }),
      },
    },
    async (request, reply) => {
      const userId = request.account.user_id;
      const { secret, sealed } = makeSecret(seal, userId);
      const row = await rotateSecret(request.db, userId, idOf(request.params, 'webhook'), sealed);
      if (row === undefined) throw notFound('webhook');
      return sendAnswer(reply, withSecret(200, row.webhook, secret));
    },
  );
}

function withSecret(
  status: number,
  webhook: string,
  secret: string,
  headers: Record<string, string> = {},
): Answer {
  const body = `${webhook.slice(0, -1)},"secret":${JSON.stringify(secret)}}`;
  return { status, headers: { ...headers, 'cache-control': 'no-store' }, body };
}
