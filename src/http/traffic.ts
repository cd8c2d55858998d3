import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../db/connect.ts';
import { endLifetime, openLifetime, type Lifetime } from '../db/lifetime.ts';
import { requestTimedOut } from './errors.ts';
import { traceOf } from './trace.ts';
import type { App } from './types.ts';

export interface Traffic {
  /** The requests in hand that ask for something of the API, but for those whose body is still on its way. */
  pending: number;
  /** Called for a request whose client went away before the whole answer was written. */
  whenGone: ((request: FastifyRequest, reply: FastifyReply) => void)[];
}

interface Open {
  isPending: boolean;
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
  // A Map keeps the order of insertion: the oldest come first.
  const open = new Map<Lifetime, Open>();
  const count = (each: Open, isPending: boolean) => {
    if (each.isPending !== isPending) traffic.pending += isPending ? 1 : -1;
    each.isPending = isPending;
  };
  const setPending = ({ lifetime }: FastifyRequest, isPending: boolean) => {
    const each = open.get(lifetime);
    // One that is over already is not counted again.
    if (each !== undefined) count(each, isPending);
  };
  app.decorateRequest('db');
  app.decorateRequest('lifetime');
  app.decorateRequest('trace');
  app.addHook('onRequest', (request, reply, done) => {
    const trace = traceOf(request);
    const lifetime = openLifetime(request.log, trace?.sampled === true ? trace.traceparent : null);
    request.trace = trace;
    request.lifetime = lifetime;
    request.db = db.within(lifetime);
    const { access, unlimited } = request.routeOptions.config;
    const isCounted = access !== undefined && access !== 'free' && unlimited !== true;
    const answer = () => reply.sent || void reply.send(requestTimedOut());
    const each: Open = { isPending: false, startedAt: performance.now(), answer };
    if (isCounted) {
      count(each, true);
      open.set(lifetime, each);
    }
    reply.raw.once('close', () => {
      count(each, false);
      open.delete(lifetime);
      if (reply.raw.writableFinished || !request.raw.socket.destroyed) return;
      endLifetime(lifetime, 'gone');
      for (const note of traffic.whenGone) note(request, reply);
    });
    done();
  });
  // Whoever drips a body costs a socket until its time is over, and must not take the place of those who are served.
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    setPending(request, false);
    done();
  });
  app.addHook('preValidation', (request, _reply, done) => {
    setPending(request, true);
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
function endLate(open: Map<Lifetime, Open>, requestTimeoutMs: number): void {
  const latest = performance.now() - requestTimeoutMs;
  for (const [lifetime, { startedAt, answer }] of open) {
    if (startedAt > latest) return;
    if (lifetime.ended === null) {
      endLifetime(lifetime, 'timeout');
    } else {
      open.delete(lifetime);
      answer();
    }
  }
}
