import type { Database } from '../db/connect.ts';
import { endLifetime, openLifetime, type Lifetime } from '../db/lifetime.ts';
import { requestTimedOut } from './errors.ts';
import { traceOf } from './trace.ts';
import type { App } from './types.ts';

/** The requests in hand that ask for something of the API. */
export interface Traffic {
  pending: number;
}

interface Open {
  lifetime: Lifetime;
  startedAt: number;
  answer: () => void;
}

/** How often the oldest requests are looked at: a timer each would cost more than all the rest of this. */
const lookEveryMs = 200;

/**
 * Gives each request its view of the database, which ends with it: a request past its time is answered 503 and
 * what it runs is cancelled; a client that goes away leaves nothing running. Routes with `config.unlimited`
 * stream for as long as their client reads.
 */
export function followTraffic(app: App, traffic: Traffic, db: Database, requestTimeoutMs: number): void {
  // A Set keeps the order of insertion: the oldest come first.
  const open = new Set<Open>();
  app.decorateRequest('db');
  app.decorateRequest('lifetime');
  app.addHook('onRequest', (request, reply, done) => {
    const trace = traceOf(request);
    const lifetime = openLifetime(request.log, trace?.sampled === true ? trace.traceparent : null);
    request.lifetime = lifetime;
    request.db = db.within(lifetime);
    const { access, unlimited } = request.routeOptions.config;
    const isCounted = access !== undefined && access !== 'free' && unlimited !== true;
    const answer = () => reply.sent || void reply.send(requestTimedOut());
    const each: Open = { lifetime, startedAt: performance.now(), answer };
    if (isCounted) {
      traffic.pending++;
      open.add(each);
    }
    reply.raw.once('close', () => {
      if (isCounted) traffic.pending--;
      open.delete(each);
      if (!reply.raw.writableFinished) endLifetime(lifetime, 'gone');
    });
    done();
  });
  const timer = setInterval(() => endLate(open, requestTimeoutMs), lookEveryMs);
  timer.unref();
  app.addHook('onClose', (_app, done) => {
    clearInterval(timer);
    done();
  });
}

/** Ends what is past its time; what does not answer by itself then, because it waits for something else, is answered. */
function endLate(open: Set<Open>, requestTimeoutMs: number): void {
  const latest = performance.now() - requestTimeoutMs;
  for (const each of open) {
    if (each.startedAt > latest) return;
    if (each.lifetime.ended === null) {
      endLifetime(each.lifetime, 'timeout');
    } else {
      open.delete(each);
      each.answer();
    }
  }
}
