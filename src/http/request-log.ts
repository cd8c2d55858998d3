import type { Trace } from './trace.ts';
import type { Traffic } from './traffic.ts';
import type { App } from './types.ts';
import { whenOver } from './when-over.ts';

/** Writes one line per request, and gives each answer its request's id. */
export function logRequests(app: App, traffic: Traffic): void {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  whenOver(app, traffic, (request, reply, status) => {
    request.log.info(
      {
        method: request.method,
        // The pattern and not the path: a path can hold what a person typed.
        route: request.routeOptions.url ?? null,
        status,
        duration_ms: Math.round(reply.elapsedTime * 100) / 100,
        user_id: (request.account as { user_id: string } | undefined)?.user_id,
        database_ms: Math.round(request.lifetime.ms * 100) / 100,
        rows: request.lifetime.rows,
        ...traceIds(request.trace),
      },
      'request',
    );
  });
}

function traceIds(trace: Trace | null): object {
  return trace === null ? {} : { trace_id: trace.trace_id, parent_id: trace.parent_id };
}
