import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { databaseFault, type ConstraintMeanings } from '../db/errors.ts';
import { constraintProblem, Problem, problemJson, routeNotFound } from './problem.ts';

/** The error handler of the server: whatever was thrown leaves as `application/problem+json`, counted by its code. */
export function errorHandler(meanings: ConstraintMeanings, counted: (code: string) => void) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    if (request.lifetime.ended?.reason === 'gone') {
      // It is no failure, and nobody is there to be answered.
      void reply.send();
      return;
    }
    const problem = toProblem(error, meanings);
    counted(problem.code);
    if (problem.status >= 500) request.log.error({ err: error, code: problem.code }, 'a request failed');
    sendProblem(problem, request, reply);
  };
}

/** Writes a problem as the answer, uncounted: for where the error handler does not reach. */
export function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  void reply
    .code(problem.status)
    .headers(problem.headers)
    // Set here too, for what fails before any hook runs.
    .header('x-request-id', request.id)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    // As bytes: to a text Fastify would add a charset, which this media type does not have.
    .send(Buffer.from(problemJson(problem, request.id)));
}

function toProblem(error: unknown, meanings: ConstraintMeanings): Problem {
  if (error instanceof Problem) return error;
  const fault = databaseFault(error, meanings);
  if (fault?.kind === 'constraint') return constraintProblem(fault.meaning);
  if (fault?.kind === 'timeout') {
    return requestTimedOut();
  }
  if (fault?.kind === 'unavailable') return databaseUnavailable();
  return frameworkProblem(error) ?? new Problem(500, 'internal_error', 'Something went wrong on our side.');
}

/** The answer while the database cannot be reached. */
export function databaseUnavailable(): Problem {
  return unavailable('database_unavailable', 'The database cannot be reached just now; try again shortly.');
}

/** The answer to a request past its time. */
export function requestTimedOut(): Problem {
  return unavailable('timeout', 'The request took too long and was cancelled; try again.');
}

function unavailable(code: string, detail: string): Problem {
  return new Problem(503, code, detail, { headers: { 'retry-after': '1' } });
}

/** What Fastify itself refuses, by its error codes. */
function frameworkProblem(error: unknown): Problem | null {
  const { code, statusCode = 500 } = error as Partial<FastifyError>;
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem(415, 'unsupported_media_type', 'The body must be application/json.');
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem(413, 'body_too_large', 'The body is larger than is taken here.');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_BAD_URL':
      return malformedRequest();
    default:
      // What @fastify/static says of paths that lead out of its folder.
      if (statusCode === 403 || statusCode === 404) return routeNotFound();
      return statusCode >= 400 && statusCode < 500 ? malformedRequest() : null;
  }
}

/** The answer to a request that cannot be read: percent-encoding, UTF-8, framing. */
export function malformedRequest(): Problem {
  return new Problem(
    400,
    'malformed_request',
    'The request cannot be read: its encoding or framing is broken.',
  );
}
