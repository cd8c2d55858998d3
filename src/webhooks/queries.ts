import { instantText } from '../db/instant.ts';
import { count, first, many } from '../db/sql.ts';

/** A webhook of alias `w` as its owner sees it, as JSON text. */
const webhookJson = `json_build_object('id', w.id, 'url', w.url, 'description', w.description, 'events', w.events,
    'active', w.active, 'created_at', ${instantText('w.created_at')})::text`;

/** A delivery of alias `d`, as JSON text. */
const deliveryJson = `json_build_object('id', d.id, 'event', d.event, 'state', d.state, 'attempts', d.attempts,
    'next_attempt_at', ${instantText('d.next_attempt_at')})::text`;

const wake = 'wake_webhooks($1, array[w.id])';

export interface WebhookRow {
  /** The webhook as JSON text. */
  webhook: string;
  id: string;
  active: boolean;
}

const webhookRow = `w.id, w.active, ${webhookJson} as webhook`;

/** A new webhook. Breaks journals_webhooks_limit at the 51st; no row where the account is gone. */
export const createWebhook = first<
  [
    userId: string,
    url: string,
    description: string,
    events: readonly string[],
    active: boolean,
    secret: Buffer,
  ],
  WebhookRow
>(
  'create_webhook',
  `with journal as (
     update journals set webhooks = webhooks + 1 where user_id = $1 returning user_id
   )
   insert into webhooks as w (user_id, url, description, events, active, secret)
   select journal.user_id, $2, $3, $4, $5, $6 from journal
   returning ${webhookRow}`,
);

export const listWebhooks = many<[userId: string], WebhookRow>(
  'list_webhooks',
  `select ${webhookRow} from webhooks w where w.user_id = $1 order by w.user_id, w.id`,
);

export const findWebhook = first<[userId: string, id: string], WebhookRow>(
  'find_webhook',
  `select ${webhookRow} from webhooks w where w.user_id = $1 and w.id = $2`,
);

/**
 * Changes members, null leaves one as it is. Who changes a webhook has mended something: its circuit breaker closes,
 * and what waits goes out.
 */
export const updateWebhook = first<
  [
    userId: string,
    id: string,
    url: string | null,
    description: string | null,
    events: readonly string[] | null,
    active: boolean | null,
  ],
  WebhookRow
>(
  'update_webhook',
  `update webhooks w
   set url = coalesce($3, w.url), description = coalesce($4, w.description), events = coalesce($5, w.events),
       active = coalesce($6, w.active), failures = 0, open_until = null
   where w.user_id = $1 and w.id = $2
   returning ${webhookRow}, ${wake} as woken`,
);

/** Deletes a webhook and its deliveries. The diary is locked first, as by the writes that make deliveries. */
export const deleteWebhook = count<[userId: string, id: string]>(
  'delete_webhook',
  `with journal as (
     select user_id from journals where user_id = $1 for no key update
   ), gone as (
     delete from webhooks w using journal where w.user_id = $1 and w.user_id = journal.user_id and w.id = $2
     returning w.user_id
   )
   update journals j set webhooks = j.webhooks - 1 from gone where j.user_id = $1 and j.user_id = gone.user_id`,
);

/** Puts a new secret in place of the one there is, which goes on signing for a day. */
export const rotateSecret = first<[userId: string, id: string, secret: Buffer], WebhookRow>(
  'rotate_secret',
  `update webhooks w
   set old_secret = w.secret, old_secret_until = now() + interval '24 hours', secret = $3
   where w.user_id = $1 and w.id = $2
   returning ${webhookRow}`,
);

/** Writes a ping for an active webhook, whatever it asked for. */
export const createPing = first<[userId: string, id: string], { id: string }>(
  'create_ping',
  `with pinged as (
     insert into deliveries (user_id, webhook_id, event, body)
     select w.user_id, w.id, 'ping',
       json_build_object('type', 'ping', 'timestamp', ${instantText('now()')},
         'data', json_build_object('webhook_id', w.id))::text
     from webhooks w where w.user_id = $1 and w.id = $2 and w.active
     returning id, webhook_id
   )
   select p.id, wake_webhooks($1, array[p.webhook_id]) as woken from pinged p`,
);

export interface DeliveryRow {
  /** The delivery as JSON text. */
  delivery: string;
  id: string;
}

/** The newest deliveries of a webhook that are older than `before`. */
export const listDeliveries = many<
  [userId: string, webhookId: string, before: string | null, limit: number],
  DeliveryRow
>(
  'list_deliveries',
  `select d.id, ${deliveryJson} as delivery from deliveries d
   where d.user_id = $1 and d.webhook_id = $2 and d.id < coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
   order by d.user_id desc, d.webhook_id desc, d.id desc limit $4`,
);

/** Makes a delivery due now, whatever became of it, and closes the circuit breaker for it. */
export const retryDelivery = first<[userId: string, webhookId: string, id: string], DeliveryRow>(
  'retry_delivery',
  `with w as (
     update webhooks set open_until = null where user_id = $1 and id = $2 and active returning id
   )
   update deliveries d set state = 'pending', next_attempt_at = now()
   from w where d.user_id = $1 and d.webhook_id = w.id and d.id = $3
   returning d.id, ${deliveryJson} as delivery, ${wake} as woken`,
);

/** What happened, for all active webhooks of the user that asked for it; `data` is JSON text. */
export const announce = count<[userId: string, event: string, data: string]>(
  'announce',
  'select announce(user_id, $2, $3) from journals where user_id = $1 and webhooks > 0',
);
