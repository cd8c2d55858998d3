import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../db/connect.ts';
import { endLifetime, openLifetime, signalOf, type Lifetime } from '../db/lifetime.ts';
import type { Replica } from '../db/replica.ts';
import type { Sql } from '../db/sql.ts';
import { findRevision } from '../entries/queries.ts';
import { unauthenticated } from '../http/access.ts';
import { isUnchanged, revisionTag } from '../http/conditional.ts';
import { sendJson, sendNothing } from '../http/json.ts';
import type { RevisionCache } from '../http/revision-cache.ts';
import { findDiary, type Diary } from './diary.ts';
import type { SharedWork } from './shared-work.ts';

export interface ReportParts {
  cache: RevisionCache;
  work: SharedWork;
  /** For work that may outlive the request that began it. */
  db: Database;
  /** Reads what reports are made of wherever it shows the diary as it is; null where there is none. */
  replica: Replica | null;
}

/**
 * Answers with a report: 304 where the diary and its today are as they were, else the JSON text of `compute`,
 * remembered by the address asked for, the revision of the diary, and its today, which moves without a write.
 */
export async function sendReport(
  request: FastifyRequest,
  reply: FastifyReply,
  { cache, replica }: ReportParts,
  compute: (diary: Diary, sql: Sql) => Promise<string>,
): Promise<FastifyReply> {
  const { diary, isKnown } = await lookAt(request, reply);
  if (isKnown) return sendNothing(reply, 304);
  const { user_id: userId } = request.account;
  const name = nameOf(request, diary);
  const find = async () =>
    compute(diary, await readerOf(replica, request.db, request.lifetime, userId, diary));
  return sendJson(reply, await cache.get(userId, name, diary.revision, find));
}

/** The same for what takes long: computed once for all who wait, and stopped when none of them does any more. */
export async function sendTestedReport(
  request: FastifyRequest,
  reply: FastifyReply,
  { cache, work, db, replica }: ReportParts,
  compute: (diary: Diary, sql: Sql, stop: AbortSignal) => Promise<string>,
): Promise<FastifyReply> {
  const { diary, isKnown } = await lookAt(request, reply);
  if (isKnown) return sendNothing(reply, 304);
  const { user_id: userId } = request.account;
  const name = nameOf(request, diary);
  const find = (stop: AbortSignal) => {
    // The work lives as long as anybody waits for it, and not as the one who asked first.
    const lifetime = openLifetime(request.log, null);
    stop.addEventListener('abort', () => endLifetime(lifetime, 'gone'), { once: true });
    return cache.get(userId, name, diary.revision, async () =>
      compute(diary, await readerOf(replica, db.within(lifetime), lifetime, userId, diary), stop),
    );
  };
  const signal = signalOf(request.lifetime);
  return sendJson(reply, await work.join(`${userId} ${diary.revision} ${name}`, signal, find));
}

/**
 * Where a report is read. A replica that shows the diary at the very revision that the primary has just named
 * misses nothing that was acknowledged; with any other the primary reads.
 */
async function readerOf(
  replica: Replica | null,
  primary: Sql,
  lifetime: Lifetime,
  userId: string,
  { revision }: Diary,
): Promise<Sql> {
  if (replica === null) return primary;
  return replica.choose(
    primary,
    lifetime,
    async (sql) => (await findRevision(sql, userId))?.revision === revision,
  );
}

async function lookAt(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<{ diary: Diary; isKnown: boolean }> {
  const userId = request.account.user_id;
  const diary = await findDiary(request.db, userId);
  if (diary === undefined) throw unauthenticated();
  const tag = revisionTag(userId, `${diary.revision}-${diary.today}`);
  void reply.header('etag', tag);
  return { diary, isKnown: isUnchanged(request, tag) };
}

/** The parameters in the order of their names: the same report has one name. */
function nameOf(request: FastifyRequest, { today }: Diary): string {
  const parameters = Object.entries(request.query as object).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${request.routeOptions.url} ${JSON.stringify(parameters)} ${today}`;
}
