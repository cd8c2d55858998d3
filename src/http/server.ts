import fastify, { LogController } from 'fastify';
import type { Log } from '../log.ts';
import type { Health } from './health.ts';
import { malformedRequest, sendProblem } from './errors.ts';
import { answerBrokenRequest, answerOutsideRoutes } from './protocol-errors.ts';
import { parseQuery } from './query.ts';
import { requestId } from './request-id.ts';
import { refusingServer, reportRefusals } from './overload.ts';
import { securityHeaders } from './security-headers.ts';
import type { Traffic } from './traffic.ts';
import type { App } from './types.ts';
import { maxHeaderBytes } from './whole-request.ts';

export interface ServerOptions {
  log: Log;
  health: Health;
  /** CIDR blocks whose X-Forwarded-* headers count. */
  trustedProxies: string[];
  requestTimeoutMs: number;
  publicUrl: string | null;
  /** Requests in hand beyond which the next is refused. */
  maxPending: number;
}

const maxBodyBytes = 1024 * 1024;

/** An HTTP server without routes: limits of size and time, and errors of the protocol itself as problems. */
export function makeServer(options: ServerOptions, traffic: Traffic, counted: (code: string) => void): App {
  const { log, trustedProxies, requestTimeoutMs, maxPending, health } = options;
  const headers = securityHeaders(options.publicUrl);
  const outside = { headers, counted };
  const capacity = { traffic, maxPending, isDraining: () => health.phase === 'draining' };
  const app = fastify({
    loggerInstance: log,
    genReqId: requestId,
    requestIdHeader: false,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    serverFactory: refusingServer(capacity, outside, reportRefusals(log)),
    // A dripped header lives 60 s and is looked at every 30 s by Node's defaults. Those who are cut off in one look keep all
    // others waiting: the looks are short.
    http: {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: 5000,
      connectionsCheckingInterval: 50,
      // Node's own refusal of a request without Host has no body; `http/access.ts` answers it.
      requireHostHeader: false,
    },
    return503OnClosing: false,
    trustProxy: trustedProxies.length > 0 ? trustedProxies : false,
    routerOptions: { maxParamLength: maxHeaderBytes, querystringParser: parseQuery },
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, outside),
    // A URL with broken percent-encoding, before any route is known.
    frameworkErrors: (_error, request, reply) => {
      const problem = malformedRequest();
      counted(problem.code);
      sendProblem(problem, request, reply.headers(headers));
    },
  }) as unknown as App;
  answerOutsideRoutes(app.server, outside);
  return app;
}
