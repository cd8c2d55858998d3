import type { Database } from '../db/connect.ts';
import type { Seal } from '../http/seal.ts';
import { enqueue } from '../jobs/enqueue.ts';
import { defineJob, handle, type Handler } from '../jobs/job.ts';
import { drain, type Drain } from './drain.ts';
import {
  claimDeliveries,
  lockWebhook,
  nextDue,
  recordFailure,
  recordSuccess,
  type ClaimedRow,
} from './delivery-queries.ts';
import { nextDelay } from './retry.ts';
import { openSecrets } from './secrets.ts';
import { send, type Outcome } from './send.ts';
import { signedHeaders } from './sign.ts';
import type { TargetRules } from './target.ts';

/** Sends what is due of one webhook. The functions of migration 0005 queue it under this name. */
const deliverJob = defineJob<WebhookRef>('deliver', { lane: 'network' });

export interface DeliverDeps {
  db: Database;
  seal: Seal;
  targets: TargetRules;
  /** Seconds before each further attempt. */
  retrySeconds: readonly number[];
}

interface WebhookRef {
  user_id: string;
  webhook_id: string;
}

// Receivers that fail are most likely to be waited for, ten seconds at a time: they share 60 of its 200 slots.
const mostFailing = 60;

/** Delivers: one drain for each webhook in this process, however many jobs wake it. */
export function deliverHandler(deps: DeliverDeps): Handler {
  const drains = new Map<string, Drain>();
  const failing = new Set<string>();

  return handle(deliverJob, async (webhook, { signal }) => {
    const { user_id: userId, webhook_id: id } = webhook;
    const key = `${userId} ${id}`;
    const running = drains.get(key);
    // What the other one has in hand goes back to the queue with its job, this wake-up included.
    if (running !== undefined) {
      running.wake();
      return;
    }
    const claim = async () => {
      if (signal.aborted) return [];
      const rows = await claimDeliveries(deps.db, userId, id, failing.size < mostFailing || failing.has(key));
      if (rows.some((row) => row.failing)) failing.add(key);
      return rows;
    };
    const current = drain(claim, (row) => attempt(deps, webhook, row));
    drains.set(key, current);
    await current.done.finally(() => {
      drains.delete(key);
      failing.delete(key);
    });
    await scheduleNext(deps.db, webhook);
  });
}

async function attempt(deps: DeliverDeps, webhook: WebhookRef, row: ClaimedRow): Promise<void> {
  const { user_id: userId, webhook_id: webhookId } = webhook;
  const { status, duration_ms: ms, error, retryAfter } = await sendSigned(deps, userId, row);
  if (error === null) {
    await recordSuccess(deps.db, userId, webhookId, row.id, status, ms, null);
    return;
  }
  const delay = nextDelay(deps.retrySeconds, row.tries + 1, retryAfter);
  await recordFailure(deps.db, userId, webhookId, row.id, status, ms, error, delay, status === 410);
}

async function sendSigned(deps: DeliverDeps, userId: string, row: ClaimedRow): Promise<Outcome> {
  const { id, body, url } = row;
  const secrets = openSecrets(deps.seal, userId, [row.secret, row.old_secret]);
  if (secrets.length === 0) {
    const error = 'the secret cannot be read, since the server has another SECRET_KEY now; rotate it';
    return { status: null, error, duration_ms: 0, retryAfter: null };
  }
  const signed = signedHeaders(secrets, { id, body, timestamp: Math.floor(Date.now() / 1000) });
  const headers = { 'content-type': 'application/json', 'user-agent': 'Daymark-Webhooks', ...signed };
  return send({ url, headers, body }, deps.targets);
}

/**
 * Queues the next job of a webhook for when something is due again. Under the lock of the webhook, so that of two
 * nodes the later one has seen what the earlier one left. It has a key of its own: it must not move a job that a change
 * has just queued.
 */
async function scheduleNext(db: Database, webhook: WebhookRef): Promise<void> {
  const { user_id: userId, webhook_id: id } = webhook;
  if (((await nextDue(db, userId, id))?.at ?? null) === null) return;
  await db.transaction(async (sql) => {
    if ((await lockWebhook(sql, userId, id)) === undefined) return;
    const due = (await nextDue(sql, userId, id))?.at ?? null;
    if (due !== null)
      await enqueue(sql, deliverJob, webhook, { runAt: due, key: `deliver later ${userId} ${id}` });
  });
}
