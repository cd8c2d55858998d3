import { Readable } from 'node:stream';
import type { Static } from 'typebox';
import type { Database } from '../db/connect.ts';
import type { Sql } from '../db/sql.ts';
import type { Cursors } from '../http/cursor.ts';
import type { Health } from '../http/health.ts';
import { sendAnswer, type Answer, type Answers } from '../http/idempotency.ts';
import { sendJson } from '../http/json.ts';
import { newestFirst } from '../http/newest-first.ts';
import { idOf } from '../http/path-id.ts';
import { notFound } from '../http/problem.ts';
import { answers, byId } from '../http/schemas.ts';
import type { App } from '../http/types.ts';
import { enqueue } from '../jobs/enqueue.ts';
import { identify } from './identify.ts';
import { importEvents } from './import-events.ts';
import { importJob, undoJob } from './jobs.ts';
import { importQueue } from './operator-queries.ts';
import { parseMoodMap } from './mood-map.ts';
import { addUndoEvent, cancelImport, findImport, listImports } from './queries.ts';
import {
  fileBody,
  importAccepted,
  importQuery,
  importSchema,
  importsQuery,
  importsSchema,
} from './schemas.ts';
import { startImport, type ImportRequest } from './start-import.ts';
import { takeUploads, uploadOf } from './upload.ts';

/** Bringing files, and what became of them. */
export function importRoutes(app: App, parts: { answers: Answers; cursors: Cursors; health: Health }): void {
  void app.register((uploads, _options, done) => {
    takeUploads(uploads);
    uploadRoutes(uploads, parts);
    done();
  });

  app.get(
    '/imports',
    {
      config: { access: 'entries:write' },
      schema: {
        summary: 'Imports, newest first',
        querystring: importsQuery,
        response: answers({ 200: importsSchema }),
      },
    },
    async (request, reply) => {
      const userId = request.account.user_id;
      const { rows, next } = await newestFirst(
        parts.cursors,
        `${userId} /imports`,
        request.query,
        (before, limit) => listImports(request.db, userId, before, limit),
      );
      const list = rows.map((row) => row.import).join(',');
      return sendJson(reply, `{"imports":[${list}],"next_cursor":${JSON.stringify(next)}}`);
    },
  );

  app.get(
    '/imports/:id',
    {
      config: { access: 'entries:write' },
      schema: { summary: 'One import', params: byId, response: answers({ 200: importSchema }) },
    },
    async (request, reply) =>
      sendJson(reply, (await found(request.db, request.account.user_id, request.params)).import),
  );

  app.get(
    '/imports/:id/events',
    {
      config: { access: 'entries:write', unlimited: true },
      schema: {
        summary: 'One import as server-sent events, until it has ended',
        params: byId,
        produces: ['text/event-stream'],
        response: answers({ 200: { description: 'Events named "import", each with the import as JSON.' } }),
      },
    },
    async (request, reply) => {
      await found(request.db, request.account.user_id, request.params);
      void reply.headers({ 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
      if (request.method === 'HEAD') return reply.send();
      const isEnding = () => parts.health.phase === 'draining';
      return reply.send(
        Readable.from(importEvents(request.db, request.account, request.params.id, isEnding)),
      );
    },
  );

  app.delete(
    '/imports/:id',
    {
      config: { access: 'entries:write' },
      schema: {
        summary: 'Cancel an import, or undo one that has ended',
        params: byId,
        response: answers({ 202: importAccepted }),
      },
    },
    async (request, reply) => {
      const { id, state } = await cancelOrUndo(
        request.db,
        request.account.user_id,
        request.params,
        request.ip,
      );
      return reply.code(202).send({ id, state });
    },
  );
}

function uploadRoutes(app: App, parts: { answers: Answers }): void {
  app.post(
    '/imports',
    {
      // To keep 100 MiB may take longer than a request may; how fast they come is watched by the server.
      config: { access: 'entries:write', unlimited: true },
      schema: {
        summary: 'Bring a file: its body is the file, 100 MiB at most',
        consumes: ['application/octet-stream'],
        body: fileBody,
        querystring: importQuery,
        response: answers({ 202: importAccepted }),
      },
    },
    async (request, reply) => {
      const file = uploadOf(request);
      const asked = await requestOf(request.query, file, request.ip);
      const userId = request.account.user_id;
      const write = async (sql: Sql): Promise<Answer> => {
        const row = await startImport(sql, userId, file, asked);
        const payload = { user_id: userId, import_id: row.id };
        await enqueue(sql, importJob, payload, { queue: importQueue(userId) });
        const headers = { location: `/api/v1/imports/${row.id}` };
        return { status: 202, headers, body: JSON.stringify(row) };
      };
      // Import, file and job are written together; under an Idempotency-Key, together with the key.
      const answer = await parts.answers.once(request, (sql) =>
        sql === request.db ? request.db.transaction(write) : write(sql),
      );
      return sendAnswer(reply, answer);
    },
  );
}

async function requestOf(
  { format = 'auto', dry_run: dryRun = false, mood_map: moods = '' }: Static<typeof importQuery>,
  file: Parameters<typeof identify>[0],
  ip: string,
): Promise<ImportRequest> {
  const moodMap = parseMoodMap(moods);
  return { format: await identify(file, format), dryRun, moodMap, ip };
}

async function found(sql: Database, userId: string, params: { id: string }) {
  const row = await findImport(sql, userId, idOf(params, 'import'));
  if (row === undefined) throw notFound('import');
  return row;
}

/** One that is not at its end is cancelled; what one that ended has made is to be removed, by a job. */
async function cancelOrUndo(db: Database, userId: string, params: { id: string }, ip: string) {
  const { state } = await found(db, userId, params);
  const cancelled = await cancelImport(db, userId, params.id);
  if (cancelled !== undefined || state === 'undone') return cancelled ?? { id: params.id, state };
  return db.transaction(async (sql) => {
    await addUndoEvent(sql, userId, params.id, ip);
    const payload = { user_id: userId, import_id: params.id };
    await enqueue(sql, undoJob, payload, { queue: importQueue(userId), key: `undo ${params.id}` });
    return { id: params.id, state };
  });
}
