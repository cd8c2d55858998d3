import { count, first, one } from '../db/sql.ts';

/** Takes a lock of the transaction on one keyed request; false where another has it. */
export const lockKey = one<[userId: string, operation: string, key: string], { free: boolean }>(
  'lock_key',
  `select pg_try_advisory_xact_lock(hashtextextended($1::text || ' ' || $2 || ' ' || $3, 0)) as free`,
);

/** What a keyed request was answered in the last seven days. */
export const findAnswer = first<
  [userId: string, operation: string, key: string],
  { body_hash: Buffer; answer: Buffer }
>(
  'find_answer',
  `select body_hash, answer from idempotency_keys
   where user_id = $1 and operation = $2 and key = $3 and created_at > now() - interval '7 days'`,
);

/** Keeps what a keyed request was answered; one that is older than seven days gives way. */
export const keepAnswer = count<
  [userId: string, operation: string, key: string, bodyHash: Buffer, answer: Buffer]
>(
  'keep_answer',
  `insert into idempotency_keys (user_id, operation, key, body_hash, answer) values ($1, $2, $3, $4, $5)
   on conflict (user_id, operation, key) do update
   set body_hash = excluded.body_hash, answer = excluded.answer, created_at = now()`,
);

/** Deletes answers that are no longer given again. */
export const operatorDropAnswers = count<[limit: number]>(
  'operator_drop_answers',
  `delete from idempotency_keys where (user_id, operation, key) in (
     select user_id, operation, key from idempotency_keys where created_at < now() - interval '7 days' limit $1)
   and created_at < now() - interval '7 days'`,
);
