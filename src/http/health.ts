import { Type } from 'typebox';
import { databaseUnavailable } from './errors.ts';
import type { App } from './types.ts';

/** What the process knows of itself; changed by the process, read by every request. */
export interface Health {
  phase: 'starting' | 'ready' | 'draining';
  database: 'up' | 'down';
  redis: 'up' | 'off' | 'down';
}

const healthSchema = Type.Object({
  status: Type.Enum(['ok', 'unavailable']),
  database: Type.Enum(['up', 'down']),
  redis: Type.Enum(['up', 'off', 'down']),
});

/** Says whether the process lives and whether it can serve, from what is known: nothing here waits for anything. */
export function healthRoutes(app: App, health: Health): void {
  app.get(
    '/livez',
    {
      config: { access: 'free' },
      schema: { summary: 'The process runs', response: { 200: Type.Object({ status: Type.Literal('ok') }) } },
    },
    () => ({ status: 'ok' as const }),
  );
  for (const path of ['/readyz', '/health']) {
    app.get(
      path,
      {
        config: { access: 'free' },
        schema: { summary: 'It can serve', response: { 200: healthSchema, 503: healthSchema } },
      },
      (_request, reply) => {
        const ok = health.phase === 'ready' && health.database === 'up';
        void reply.header('cache-control', 'no-store');
        if (!ok) void reply.code(503).header('retry-after', '1');
        return { status: ok ? 'ok' : 'unavailable', database: health.database, redis: health.redis } as const;
      },
    );
  }
}

/** Refuses requests before the database was there, and tells clients to leave while the process drains. */
export function followPhase(app: App, health: Health): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (health.phase === 'starting' && needsDatabase(request.routeOptions.config.access))
      throw databaseUnavailable();
    done();
  });
  // With the answer and not with the request: one that was under way already would keep its connection, and the server
  // would wait for it.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (health.phase === 'draining') void reply.header('connection', 'close');
    done();
  });
}

function needsDatabase(access: string | undefined): boolean {
  return access !== undefined && access !== 'free';
}
