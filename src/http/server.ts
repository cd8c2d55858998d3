import fastify, { LogController } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Log } from '../log.ts';
import { malformedRequest, sendProblem } from './errors.ts';
import { Problem, problemJson } from './problem.ts';
import { parseQuery } from './query.ts';
import { requestId } from './request-id.ts';
import type { App } from './types.ts';

export interface ServerOptions {
  log: Log;
  /** CIDR blocks whose X-Forwarded-* headers count. */
  trustedProxies: string[];
  requestTimeoutMs: number;
}

const maxBodyBytes = 1024 * 1024;
const maxHeaderBytes = 16 * 1024;

/** An HTTP server without routes: limits of size and time, and errors of the protocol itself as problems. */
export function makeServer({ log, trustedProxies, requestTimeoutMs }: ServerOptions): App {
  return fastify({
    loggerInstance: log,
    genReqId: requestId,
    requestIdHeader: false,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    // A dripped header lives 60 s and is looked at every 30 s by Node's defaults.
    http: { maxHeaderSize: maxHeaderBytes, headersTimeout: 5000, connectionsCheckingInterval: 500 },
    return503OnClosing: false,
    trustProxy: trustedProxies.length > 0 ? trustedProxies : false,
    routerOptions: { maxParamLength: maxHeaderBytes, querystringParser: parseQuery },
    clientErrorHandler: answerBrokenRequest,
    // A URL with broken percent-encoding, before any route is known.
    frameworkErrors: (_error, request, reply) => sendProblem(malformedRequest(), request, reply),
  }) as unknown as App;
}

/** Answers what Node's parser refused; the connection ends with it, since its framing is lost. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const id = randomUUID();
  const problem = protocolProblem(error.code);
  const body = problemJson(problem, id);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.status === 431 ? 'Request Header Fields Too Large' : problem.status === 408 ? 'Request Timeout' : 'Bad Request'}`,
    'Content-Type: application/problem+json',
    'Cache-Control: no-store',
    `X-Request-Id: ${id}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function protocolProblem(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new Problem(431, 'headers_too_large', 'The request line and headers are larger than 16 KiB.');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new Problem(408, 'request_timeout', 'The request did not arrive in time.');
  }
  return new Problem(400, 'malformed_request', 'The request cannot be read as HTTP.');
}
