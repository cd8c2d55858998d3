import type { Sql } from '../db/sql.ts';
import { isUuid } from '../http/formats.ts';
import { sendJson } from '../http/json.ts';
import { newestFirst } from '../http/newest-first.ts';
import { idOf } from '../http/path-id.ts';
import { notFound, Problem } from '../http/problem.ts';
import { answers, byId } from '../http/schemas.ts';
import type { App } from '../http/types.ts';
import { createPing, findWebhook, listDeliveries, retryDelivery } from './queries.ts';
import type { WebhookParts } from './routes.ts';
import { byDelivery, deliveriesQuery, deliveriesSchema, deliveryRef, deliverySchema } from './schemas.ts';

/** What was sent, what came of it, and sending it again. */
export function deliveryRoutes(app: App, { cursors }: WebhookParts): void {
  app.post(
    '/webhooks/:id/test',
    {
      config: { access: 'webhooks' },
      schema: {
        summary: 'Send a ping, whatever the webhook asked for',
        params: byId,
        response: answers({ 202: deliveryRef }),
      },
    },
    async (request, reply) => {
      const userId = request.account.user_id;
      const id = idOf(request.params, 'webhook');
      const row = await createPing(request.db, userId, id);
      if (row === undefined) return explainMiss(request.db, userId, id, 'webhook');
      return reply.code(202).send({ id: row.id });
    },
  );

  app.get(
    '/webhooks/:id/deliveries',
    {
      config: { access: 'webhooks' },
      schema: {
        summary: 'Deliveries of the last 30 days, newest first',
        params: byId,
        querystring: deliveriesQuery,
        response: answers({ 200: deliveriesSchema }),
      },
    },
    async (request, reply) => {
      const userId = request.account.user_id;
      const id = idOf(request.params, 'webhook');
      const { rows, next } = await newestFirst(
        cursors,
        `${userId} /webhooks/${id}/deliveries`,
        request.query,
        (before, limit) => listDeliveries(request.db, userId, id, before, limit),
      );
      if (rows.length === 0 && !(await findWebhook(request.db, userId, id))) throw notFound('webhook');
      const list = rows.map((row) => row.delivery).join(',');
      return sendJson(reply, `{"deliveries":[${list}],"next_cursor":${JSON.stringify(next)}}`);
    },
  );

  app.post(
    '/webhooks/:id/deliveries/:delivery/retry',
    {
      config: { access: 'webhooks' },
      schema: {
        summary: 'Send a delivery again, now',
        params: byDelivery,
        response: answers({ 202: deliverySchema }),
      },
    },
    async (request, reply) => {
      const userId = request.account.user_id;
      const id = idOf(request.params, 'webhook');
      const { delivery } = request.params;
      if (!isUuid(delivery)) return explainMiss(request.db, userId, id, 'delivery');
      const row = await retryDelivery(request.db, userId, id, delivery);
      if (row === undefined) return explainMiss(request.db, userId, id, 'delivery');
      return sendJson(reply, row.delivery, 202);
    },
  );
}

/** Why nothing was sent: there is no such webhook, it is switched off, or there is no such delivery of it. */
async function explainMiss(sql: Sql, userId: string, id: string, thing: string): Promise<never> {
  const webhook = await findWebhook(sql, userId, id);
  if (webhook === undefined) throw notFound('webhook');
  if (!webhook.active) {
    throw new Problem(409, 'webhook_inactive', 'This webhook is switched off; set active to true first.');
  }
  throw notFound(thing);
}
