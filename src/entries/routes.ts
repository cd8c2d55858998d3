import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Sql } from '../db/sql.ts';
import { isUnchanged, preconditions, revisionTag, versionTag } from '../http/conditional.ts';
import type { Cursors } from '../http/cursor.ts';
import { unauthenticated } from '../http/access.ts';
import { sendAnswer, type Answer, type Answers } from '../http/idempotency.ts';
import { sendJson, sendNothing } from '../http/json.ts';
import { idOf } from '../http/path-id.ts';
import { notFound } from '../http/problem.ts';
import type { RevisionCache } from '../http/revision-cache.ts';
import { answers, byId, noContent } from '../http/schemas.ts';
import type { App } from '../http/types.ts';
import { page } from './page.ts';
import { findEntry, findRevision, type EntryRow } from './queries.ts';
import { create, patch, put, restore, trash } from './record.ts';
import { createBody, entrySchema, listQuery, listSchema, patchBody, putBody } from './schemas.ts';

/** Writing entries and finding them again. */
export function entryRoutes(
  app: App,
  parts: { cursors: Cursors; cache: RevisionCache; answers: Answers },
): void {
  app.post(
    '/entries',
    {
      config: { access: 'entries:write' },
      schema: { summary: 'Write an entry', body: createBody, response: answers({ 201: entrySchema }) },
    },
    async (request, reply) => {
      const write = async (sql: Sql): Promise<Answer> => {
        const row = await create(sql, request.account.user_id, request.body);
        const headers = { location: `/api/v1/entries/${row.id}`, etag: versionTag(row.version) };
        return { status: 201, headers, body: row.entry };
      };
      return sendAnswer(reply, await parts.answers.once(request, write));
    },
  );

  app.get(
    '/entries',
    {
      config: { access: 'entries:read' },
      schema: {
        summary: 'List entries, newest first',
        querystring: listQuery,
        response: answers({ 200: listSchema }),
      },
    },
    async (request, reply) => {
      const userId = request.account.user_id;
      if (await isListUnchanged(request, reply)) return sendNothing(reply, 304);
      const { json, next, revision } = await page(request.db, parts, userId, request.query);
      if (next !== null) void reply.header('link', `<${next}>; rel="next"`);
      return sendJson(reply.header('etag', revisionTag(userId, revision)), json);
    },
  );

  app.get(
    '/entries/:id',
    {
      config: { access: 'entries:read' },
      schema: { summary: 'One entry', params: byId, response: answers({ 200: entrySchema }) },
    },
    async (request, reply) => {
      const row = await findEntry(request.db, request.account.user_id, idOf(request.params, 'entry'));
      if (row === undefined) throw notFound('entry');
      if (isUnchanged(request, versionTag(row.version))) {
        return sendNothing(reply.header('etag', versionTag(row.version)), 304);
      }
      return sendEntry(reply, row);
    },
  );

  app.put(
    '/entries/:id',
    {
      config: { access: 'entries:write' },
      schema: {
        summary: 'Create an entry under your own UUID, or replace it whole',
        params: byId,
        body: putBody,
        response: answers({ 200: entrySchema, 201: entrySchema }),
      },
    },
    async (request, reply) => {
      const id = idOf(request.params, 'entry');
      const row = await put(request.db, request.account.user_id, id, request.body, preconditions(request));
      if (row.version > 1) return sendEntry(reply, row);
      return sendEntry(reply.header('location', `/api/v1/entries/${row.id}`), row, 201);
    },
  );

  app.patch(
    '/entries/:id',
    {
      config: { access: 'entries:write' },
      schema: {
        summary: 'Change members of an entry',
        params: byId,
        body: patchBody,
        response: answers({ 200: entrySchema }),
      },
    },
    async (request, reply) => {
      const id = idOf(request.params, 'entry');
      return sendEntry(
        reply,
        await patch(request.db, request.account.user_id, id, request.body, preconditions(request)),
      );
    },
  );

  app.delete(
    '/entries/:id',
    {
      config: { access: 'entries:write' },
      schema: {
        summary: 'Move an entry into the trash',
        params: byId,
        response: answers({ 204: noContent }),
      },
    },
    async (request, reply) => {
      await trash(request.db, request.account.user_id, idOf(request.params, 'entry'), preconditions(request));
      return sendNothing(reply);
    },
  );

  app.post(
    '/entries/:id/restore',
    {
      config: { access: 'entries:write' },
      schema: {
        summary: 'Bring an entry back from the trash',
        params: byId,
        response: answers({ 200: entrySchema }),
      },
    },
    async (request, reply) =>
      sendEntry(reply, await restore(request.db, request.account.user_id, idOf(request.params, 'entry'))),
  );
}

/** Asked only where the client names a tag: reads one row instead of the entries, and sets the tag. */
async function isListUnchanged(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
  if (request.headers['if-none-match'] === undefined) return false;
  const userId = request.account.user_id;
  const row = await findRevision(request.db, userId);
  if (row === undefined) throw unauthenticated();
  const tag = revisionTag(userId, row.revision);
  void reply.header('etag', tag);
  return isUnchanged(request, tag);
}

function sendEntry(reply: FastifyReply, row: EntryRow, status = 200): FastifyReply {
  return sendJson(reply.header('etag', versionTag(row.version)), row.entry, status);
}
