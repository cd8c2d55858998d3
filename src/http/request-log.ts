import type { Database } from '../db/connect.ts';
import { metered } from './meter.ts';
import type { App } from './types.ts';

/** Writes one line per request, and gives each request its id and its counted view of the database. */
export function logRequests(app: App, db: Database): void {
  app.decorateRequest('db');
  app.decorateRequest('meter');
  app.addHook('onRequest', (request, reply, done) => {
    request.meter = { ms: 0, rows: 0 };
    request.db = metered(db, request.meter);
    void reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      {
        method: request.method,
        // The pattern and not the path: a path can hold what a person typed.
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime * 100) / 100,
        user_id: (request.account as { user_id: string } | undefined)?.user_id,
        database_ms: Math.round(request.meter.ms * 100) / 100,
        rows: request.meter.rows,
      },
      'request',
    );
    done();
  });
}
