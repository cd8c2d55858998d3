import type { App } from './types.ts';

/**
 * While developing, `?explain=1` on a list or a report answers the plan of each statement that it ran, with the
 * times and buffers of one more run, instead of what it found.
 */
export function explainPlans(app: App): void {
  app.addHook('preValidation', (request, _reply, done) => {
    const { access } = request.routeOptions.config;
    const reads = request.method === 'GET' && (access === 'entries:read' || access === 'insights:read');
    const query = request.query as Record<string, unknown>;
    if (reads && query['explain'] === '1') {
      delete query['explain'];
      request.lifetime.plans = [];
    }
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    const { plans } = request.lifetime;
    if (plans === null || reply.statusCode >= 400) {
      done(null, payload);
      return;
    }
    void reply.code(200).header('content-type', 'application/json; charset=utf-8').removeHeader('etag');
    done(null, JSON.stringify({ plans }, null, 2));
  });
}
