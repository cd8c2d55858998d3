import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Sql } from '../db/sql.ts';
import { sendJson } from './json.ts';
import { Problem } from './problem.ts';
import { findAnswer, keepAnswer, lockKey } from './queries.ts';
import type { Seal } from './seal.ts';

/** An answer that can be given again as it was. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** JSON text. */
  body: string;
}

export interface Answers {
  /**
   * Runs `write` once for an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), and answers its
   * repeats within seven days with the first answer. The key is kept in the transaction of the write: where
   * that fails, also for what the request says, the key is free again. Without a key `write` just runs.
   */
  once(request: FastifyRequest, write: (sql: Sql) => Promise<Answer>): Promise<Answer>;
}

export function answersOnce(seal: Seal): Answers {
  return {
    async once(request, write) {
      const key = keyOf(request);
      if (key === null) return write(request.db);
      const userId = request.account.user_id;
      const operation = `${request.method} ${request.routeOptions.url ?? ''}`;
      const context = `answer ${userId} ${operation} ${key}`;
      const bodyHash = hash('sha256', request.rawBody ?? Buffer.alloc(0), 'buffer');
      return request.db.transaction(async (sql) => {
        if (!(await lockKey(sql, userId, operation, key)).free) throw inUse();
        // A statement of its own, after the lock: its snapshot holds what the last holder of the lock committed.
        const known = await findAnswer(sql, userId, operation, key);
        if (known !== undefined) {
          if (!known.body_hash.equals(bodyHash)) throw reused();
          const first = JSON.parse(seal.open(known.answer, context)) as Answer;
          return { ...first, headers: { ...first.headers, 'idempotency-replayed': 'true' } };
        }
        const answer = await write(sql);
        await keepAnswer(sql, userId, operation, key, bodyHash, seal.close(JSON.stringify(answer), context));
        return answer;
      });
    },
  };
}

/** Sends an answer of `once`. */
export function sendAnswer(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  return sendJson(reply.headers(headers), body, status);
}

/** The key of a request: 1 to 255 printable ASCII characters, bare or as a string of RFC 9651 §3.3.3. */
function keyOf(request: FastifyRequest): string | null {
  const { rawHeaders } = request.raw;
  const values = rawHeaders.filter(
    (_, n) => n % 2 === 1 && rawHeaders[n - 1]?.toLowerCase() === 'idempotency-key',
  );
  const [value] = values;
  if (value === undefined) return null;
  const key = value.startsWith('"') ? unquoted(value) : value;
  if (values.length > 1 || key === null || !/^[ -~]{1,255}$/.test(key)) throw invalidKey();
  return key;
}

function unquoted(value: string): string | null {
  const text = /^"((?:[^"\\]|\\["\\])*)"$/.exec(value)?.[1];
  return text === undefined ? null : text.replaceAll(/\\(["\\])/g, '$1');
}

function invalidKey(): Problem {
  const detail = 'Idempotency-Key must be one header of 1 to 255 printable ASCII characters.';
  return new Problem(400, 'invalid_idempotency_key', detail);
}

function inUse(): Problem {
  const detail = 'A request with this Idempotency-Key is still running.';
  return new Problem(409, 'idempotency_key_in_use', detail, { headers: { 'retry-after': '1' } });
}

function reused(): Problem {
  const detail = 'This Idempotency-Key came with another body before.';
  return new Problem(422, 'idempotency_key_reused', detail);
}
