import { randomUUID } from 'node:crypto';
import {
  createServer,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Log } from '../log.ts';
import { writtenProblem, type Outside } from './protocol-errors.ts';
import { Problem } from './problem.ts';
import type { Traffic } from './traffic.ts';

const reportEveryMs = 1000;

/**
 * A maker of HTTP servers that answer 503 at once where `maxPending` requests are in hand: before routing, so that
 * refusing costs a fraction of serving, and told in the log once a second and not once a request.
 */
export function refusingServer(traffic: Traffic, maxPending: number, outside: Outside, refused: () => void) {
  const refuse = refusal(outside);
  return (handler: RequestListener, { http, keepAliveTimeout, requestTimeout }: FactoryOptions): Server => {
    const server = createServer(http ?? {}, (request, response) => {
      // The rest is free: health, metrics, and the files of the app.
      if (traffic.pending < maxPending || request.url?.startsWith('/api/') !== true) {
        handler(request, response);
        return;
      }
      refused();
      refuse(response);
    });
    // As Fastify sets them on the servers it makes itself.
    return Object.assign(server, { keepAliveTimeout, requestTimeout });
  };
}

/** Writes an answer that is made once, but for its id, which has one length. */
function refusal(outside: Outside): (response: ServerResponse) => void {
  const problem = overloaded();
  const { body, fields } = writtenProblem(problem, { ...outside, counted: () => undefined });
  const anyId = fields['X-Request-Id'] as string;
  const [before = '', after = ''] = body.split(anyId);
  const lines = Object.entries(fields).flat();
  const place = lines.indexOf(anyId);
  return (response) => {
    outside.counted(problem.code);
    const id = randomUUID();
    response.writeHead(problem.status, lines.with(place, id)).end(`${before}${id}${after}`);
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
