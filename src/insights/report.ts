import type { FastifyReply, FastifyRequest } from 'fastify';
import { unauthenticated } from '../http/access.ts';
import { isUnchanged, revisionTag } from '../http/conditional.ts';
import { sendJson, sendNothing } from '../http/json.ts';
import type { RevisionCache } from '../http/revision-cache.ts';
import { findDiary, type Diary } from './diary.ts';

/**
 * Answers with a report: 304 where the diary and its today are as they were, else the JSON text of `compute`,
 * remembered by the address asked for, the revision of the diary, and its today, which moves without a write.
 */
export async function sendReport(
  request: FastifyRequest,
  reply: FastifyReply,
  cache: RevisionCache,
  compute: (diary: Diary) => Promise<string>,
): Promise<FastifyReply> {
  const userId = request.account.user_id;
  const diary = await findDiary(request.db, userId);
  if (diary === undefined) throw unauthenticated();
  const tag = revisionTag(userId, `${diary.revision}-${diary.today}`);
  void reply.header('etag', tag);
  if (isUnchanged(request, tag)) return sendNothing(reply, 304);
  const name = `${request.routeOptions.url} ${addressOf(request.query as object)} ${diary.today}`;
  return sendJson(reply, await cache.get(userId, name, diary.revision, () => compute(diary)));
}

/** The parameters in the order of their names: the same report has one name. */
function addressOf(query: object): string {
  return JSON.stringify(Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1)));
}
