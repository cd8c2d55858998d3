import { PassThrough } from 'node:stream';
import { answers } from '../http/schemas.ts';
import type { App } from '../http/types.ts';
import { exportFiles, exportTo } from './export.ts';
import { addExportEvent } from './export-queries.ts';
import { exportQuery } from './schemas.ts';
import { turns } from './turns.ts';

// Each holds a connection for as long as its reader takes, so they may never have all of them.
const atOnce = 3;
const patienceMs = 5000;
const longestMs = 60 * 60_000;

/** Taking everything along. */
export function exportRoutes(app: App): void {
  const places = turns(atOnce, patienceMs);
  app.get(
    '/export',
    {
      config: { access: 'export', unlimited: true },
      schema: {
        summary: 'The whole account as a file',
        produces: Object.values(exportFiles).map(({ type }) => type),
        querystring: exportQuery,
        response: answers({ 200: { description: 'The file, streamed: one snapshot of the account.' } }),
      },
    },
    async (request, reply) => {
      const { format = 'daymark' } = request.query;
      const { type, extension } = exportFiles[format];
      const name = `daymark-${new Date().toISOString().slice(0, 10)}.${extension}`;
      void reply.headers({ 'content-type': type, 'content-disposition': `attachment; filename="${name}"` });
      if (request.method === 'HEAD') return reply.send();

      const userId = request.account.user_id;
      const giveBack = await places.take();
      try {
        await addExportEvent(request.db, userId, format, request.ip);
      } catch (error) {
        giveBack();
        throw error;
      }
      const out = new PassThrough();
      const tooLong = setTimeout(() => out.destroy(new Error('an export took more than an hour')), longestMs);
      void exportTo(request.db, userId, format, out)
        .catch((error: unknown) => {
          request.log.warn({ err: error }, 'an export broke off');
          out.destroy(error as Error);
        })
        .finally(() => {
          clearTimeout(tooLong);
          giveBack();
        });
      return reply.send(out);
    },
  );
}
