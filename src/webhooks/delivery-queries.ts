import { instantText } from '../db/instant.ts';
import { count, first, many } from '../db/sql.ts';

export interface ClaimedRow {
  id: string;
  body: string;
  /** Attempts so far. */
  tries: number;
  url: string;
  secret: Buffer;
  old_secret: Buffer | null;
  /** Whether the receiver's last attempt failed. */
  failing: boolean;
}

/** How many deliveries of a receiver may be in hand: grown by its successes, one while it fails. */
export const mostInHand = 20;
export const leaseSeconds = 20;

/**
 * Takes what is due of a webhook in hand, as much as its receiver may have there on all nodes together (two that ask
 * in the same instant may exceed it by one batch). While its circuit breaker is open what was never tried waits; what
 * was keeps its schedule, one at a time, and so finds out when the receiver is back. `$3` says whether this process
 * has room for a receiver that fails.
 */
export const claimDeliveries = many<[userId: string, webhookId: string, roomForFailing: boolean], ClaimedRow>(
  'claim_deliveries',
  `with receiver as (
     select w.url, w.secret, w.failures, coalesce(w.open_until > now(), false) as is_open, w.most_in_hand,
       case when w.old_secret_until > now() then w.old_secret end as old_secret
     from webhooks w
     where w.user_id = $1 and w.id = $2 and w.active and (w.failures = 0 or $3) for no key update
   ), due as (
     select d.id from deliveries d, receiver r
     where d.user_id = $1 and d.webhook_id = $2 and d.next_attempt_at <= now()
       and (d.claimed_until is null or d.claimed_until <= now()) and (d.tries > 0 or not r.is_open)
     order by d.next_attempt_at
     limit (select greatest(0, case when r.failures > 0 then 1 else r.most_in_hand end - (
              select count(*) from deliveries h
              where h.user_id = $1 and h.webhook_id = $2 and h.next_attempt_at is not null and h.claimed_until > now()
            )) from receiver r)
     for update of d skip locked
   )
   update deliveries d set claimed_until = now() + interval '${leaseSeconds} seconds'
   from due, receiver r where d.user_id = $1 and d.id = due.id
   returning d.id, d.body, d.tries, r.url, r.secret, r.old_secret, r.failures > 0 as failing`,
);

/** One attempt as JSON for the log. */
const attempt = `jsonb_build_array(jsonb_build_object('at', ${instantText('now()')}, 'status', $4::integer,
     'duration_ms', $5::integer, 'error', $6::text))`;

/** What came of an attempt, in the order of the log. */
export type AttemptValues = [status: number | null, durationMs: number, error: string | null];

/** Notes that a receiver took a delivery; the more it takes, the more it may have in hand. */
export const recordSuccess = count<[userId: string, webhookId: string, id: string, ...AttemptValues]>(
  'record_success',
  `with done as (
     update deliveries d
     set state = 'succeeded', attempts = d.attempts || ${attempt}, tries = d.tries + 1, next_attempt_at = null,
         claimed_until = null
     where d.user_id = $1 and d.id = $3
   )
   update webhooks w
   set failures = 0, open_until = null, most_in_hand = least(${mostInHand}, 2 * w.most_in_hand)
   where w.user_id = $1 and w.id = $2 and (w.failures > 0 or w.most_in_hand < ${mostInHand})`,
);

/**
 * Notes that an attempt failed. `delay` is in seconds until the next one; null: there is none. `gone` says that the
 * receiver wants no more (410). From the third failure in a row on the circuit breaker opens, for 8 s and twice as long
 * each time, for ten minutes at most.
 */
export const recordFailure = count<
  [userId: string, webhookId: string, id: string, ...AttemptValues, delay: number | null, gone: boolean]
>(
  'record_failure',
  `with receiver as (
     update webhooks w
     set failures = w.failures + 1, most_in_hand = 4, active = w.active and not $8,
         open_until = case when w.failures >= 2
           then now() + least(600, 2 ^ least(w.failures + 1, 10)) * interval '1 second' end
     where w.user_id = $1 and w.id = $2
     returning w.user_id
   )
   update deliveries d
   set attempts = d.attempts || ${attempt}, tries = d.tries + 1, claimed_until = null,
       state = case when $7::float8 is null and not $8 then 'exhausted' else 'failed' end,
       next_attempt_at = case when not $8 then now() + $7 * interval '1 second' end
   from receiver where d.user_id = $1 and d.user_id = receiver.user_id and d.id = $3`,
);

/** Locks a webhook while the time of its next job is decided. */
export const lockWebhook = first<[userId: string, webhookId: string], { id: string }>(
  'lock_webhook',
  'select id from webhooks where user_id = $1 and id = $2 and active for no key update',
);

/** When the next delivery of a webhook can be taken in hand; what could be now, but was not, in a second. */
export const nextDue = first<[userId: string, webhookId: string], { at: string | null }>(
  'next_due',
  `select case when min(due) <= now() then now() + interval '1 second' else min(due) end::text as at
   from (
     select greatest(d.next_attempt_at, d.claimed_until, case when d.tries = 0 then w.open_until end) as due
     from webhooks w
     join deliveries d on d.user_id = w.user_id and d.webhook_id = w.id and d.next_attempt_at is not null
     where w.user_id = $1 and w.id = $2 and w.active
   ) waiting`,
);

/**
 * Wakes the webhooks that have something due for a while although no job took it: none should, unless the queue
 * itself lost its jobs.
 */
export const operatorWakeWaiting = count<[limit: number]>(
  'operator_wake_waiting',
  `select wake_webhooks(w.user_id, array[w.id])
   from webhooks w
   where w.active and exists (
     select from deliveries d
     where d.user_id = w.user_id and d.webhook_id = w.id and d.next_attempt_at < now() - interval '20 seconds'
       and (d.claimed_until is null or d.claimed_until < now())
       and (d.tries > 0 or w.open_until is null or w.open_until < now()))
   limit $1`,
);

/** Deletes deliveries that are a month old, but for those that are between two attempts. */
export const operatorDropDeliveries = count<[limit: number]>(
  'operator_drop_deliveries',
  `delete from deliveries where (user_id, id) in (
     select user_id, id from deliveries
     where created_at < now() - interval '30 days' and (next_attempt_at is null or tries = 0) limit $1)
   and (next_attempt_at is null or tries = 0)`,
);

/**
 * How many deliveries there are in each state: of those of the last day, of all that wait for an attempt, and of those
 * given up within a day, which by the default schedule are over three days old by then.
 */
export const deliveryProgress = many<[], { state: string; deliveries: number }>(
  'operator_delivery_progress',
  `select state, count(*)::integer as deliveries from deliveries
   where created_at > now() - interval '1 day' or next_attempt_at is not null
     or state = 'exhausted' and (attempts -> -1 ->> 'at')::timestamptz > now() - interval '1 day'
   group by state order by state`,
);
