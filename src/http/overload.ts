import { randomUUID } from 'node:crypto';
import {
  createServer,
  STATUS_CODES,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from '../log.ts';
import { refuseEarly } from './early-refusal.ts';
import { writtenProblem, type Outside } from './protocol-errors.ts';
import { Problem } from './problem.ts';
import type { Traffic } from './traffic.ts';

const reportEveryMs = 1000;

export interface Capacity {
  traffic: Traffic;
  /** Requests in hand beyond which the next is refused. */
  maxPending: number;
  /** Whether every answer is to end its connection. */
  isDraining: () => boolean;
}

/**
 * A maker of HTTP servers that answer 503 at once where `maxPending` requests are in hand: before routing, so that
 * refusing costs a fraction of serving, and told in the log once a second and not once a request.
 */
export function refusingServer(
  { traffic, maxPending, isDraining }: Capacity,
  outside: Outside,
  refused: () => void,
) {
  const isTooMuch = (url: string) =>
    // The rest is free: health, metrics, and the files of the app.
    traffic.pending >= maxPending && url.startsWith('/api/');
  return (handler: RequestListener, { http, keepAliveTimeout, requestTimeout }: FactoryOptions): Server => {
    const refusal = makeRefusal(outside, keepAliveTimeout ?? 0);
    const server = createServer(http ?? {}, (request, response) => {
      // It comes behind the last answer of its connection, and nobody would learn what became of it.
      if (request.socket.writableEnded) return;
      if (!isTooMuch(request.url ?? '')) {
        handler(request, response);
        return;
      }
      refused();
      refusal.answer(response, isDraining());
      response.once('close', () => refuseEarlyFrom(request));
    });
    const refuseEarlyFrom = refuseEarly(server, {
      // An answer to HEAD has no body, and one that ends its connection is Node's.
      isRefused: ({ method, target }) => isTooMuch(target) && method !== 'HEAD' && !isDraining(),
      refuse: (socket) => {
        refused();
        refusal.write(socket);
      },
    });
    // As Fastify sets them on the servers it makes itself.
    return Object.assign(server, { keepAliveTimeout, requestTimeout });
  };
}

/** Writes an answer that is made once, but for its id, which has one length. */
function makeRefusal(outside: Outside, keepAliveMs: number) {
  const problem = overloaded();
  const { body, fields } = writtenProblem(problem, { ...outside, counted: () => undefined });
  const kept = {
    ...fields,
    Connection: 'keep-alive',
    'Keep-Alive': `timeout=${Math.floor(keepAliveMs / 1000)}`,
  };
  const head = Object.entries(kept).map(([name, value]) => `${name}: ${value}\r\n`);
  const whole = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${head.join('')}\r\n${body}`;
  const anyId = fields['X-Request-Id'] as string;
  const [first = '', second = '', third = ''] = whole.split(anyId);
  const [before = '', after = ''] = body.split(anyId);
  const lines = Object.entries(fields).flat();
  const place = lines.indexOf(anyId);
  return {
    /** Over a connection that takes a next request. */
    write(socket: Socket) {
      outside.counted(problem.code);
      const id = randomUUID();
      socket.write(`${first}${id}${second}${id}${third}`, 'latin1');
    },
    answer(response: ServerResponse, isLast: boolean) {
      outside.counted(problem.code);
      const id = randomUUID();
      const ending = isLast ? ['Connection', 'close'] : [];
      response.writeHead(problem.status, [...lines.with(place, id), ...ending]).end(`${before}${id}${after}`);
    },
  };
}

/** What Fastify gives to a maker of servers: its own options, with the defaults filled in. */
interface FactoryOptions {
  http?: ServerOptions;
  keepAliveTimeout?: number;
  requestTimeout?: number;
}

/** Tells the log of refusals once a second. */
export function reportRefusals(log: Log): () => void {
  let untold = 0;
  return () => {
    if (untold === 0) {
      setTimeout(() => {
        log.warn({ refused: untold }, 'requests were refused: too many in hand');
        untold = 0;
      }, reportEveryMs).unref();
    }
    untold++;
  };
}

function overloaded(): Problem {
  const headers = { 'retry-after': '1' };
  return new Problem(503, 'overloaded', 'The server has too much in hand just now; try again shortly.', {
    headers,
  });
}
