import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeInTime } from './lingering-close.ts';
import { Problem, problemJson } from './problem.ts';

export type Headers = Readonly<Record<string, string>>;

/** What an answer outside of any route is given. */
export interface Outside {
  headers: Headers;
  /** Counts a problem by its code. */
  counted: (code: string) => void;
}

/**
 * Answers what Node would answer without a body or not at all, before any route is known: CONNECT, and an
 * `Expect` other than `100-continue`.
 */
export function answerOutsideRoutes(server: Server, outside: Outside): void {
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    const allow = 'DELETE, GET, HEAD, PATCH, POST, PUT';
    const more = { headers: { allow } };
    writeProblem(new Problem(405, 'method_not_allowed', 'This server is no proxy.', more), socket, outside);
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const problem = new Problem(417, 'expectation_failed', 'The only Expect taken here is 100-continue.');
    const { body, fields } = writtenProblem(problem, outside);
    response.writeHead(problem.status, { ...fields, Connection: 'close' }).end(body);
  });
}

/** Answers what Node's parser refused; the connection ends with it, since its framing is lost. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex, outside: Outside): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  writeProblem(protocolProblem(error.code), socket, outside);
}

function writeProblem(problem: Problem, socket: Duplex, outside: Outside): void {
  const { body, fields } = writtenProblem(problem, outside);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Error'}`,
    ...Object.entries({ ...fields, Connection: 'close' }).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  closeInTime(socket.resume());
}

/** A problem as it is written where no route answers, under an id of its own; it is counted. */
export function writtenProblem(
  problem: Problem,
  { headers, counted }: Outside,
): { body: string; fields: Record<string, string> } {
  counted(problem.code);
  const id = randomUUID();
  const body = problemJson(problem, id);
  const fields = {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    'X-Request-Id': id,
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
    ...problem.headers,
  };
  return { body, fields };
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
