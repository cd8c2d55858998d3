import { STATUS_CODES } from 'node:http';
import type { ConstraintMeaning } from '../db/errors.ts';

/** One member at fault: `/mood` in the body, `?limit` in the query. */
export interface MemberError {
  pointer: string;
  detail: string;
}

/** An answer that is not a success (RFC 9457). Thrown by handlers, written by the error handler. */
export class Problem extends Error {
  status: number;
  code: string;
  errors: MemberError[] | undefined;
  headers: Record<string, string>;

  constructor(
    status: number,
    code: string,
    detail: string,
    more: { errors?: MemberError[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

/** The answer to an id that names nothing the asker may see; `thing` is singular: `entry`. */
export function notFound(thing: string): Problem {
  return new Problem(404, `${thing}_not_found`, `There is no such ${thing}.`);
}

/** The answer to a path that is none. */
export function routeNotFound(): Problem {
  return new Problem(404, 'route_not_found', 'There is nothing at this path.');
}

/** The answer to members that break their rule. */
export function validationFailed(errors: MemberError[]): Problem {
  return new Problem(422, 'validation_failed', 'Some members are not as they should be; see errors.', {
    errors,
  });
}

/** A problem as the JSON text of an `application/problem+json` answer. */
export function problemJson(problem: Problem, requestId: string): string {
  return JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    request_id: requestId,
    errors: problem.errors,
  });
}

/** The answer to a row that breaks a constraint, by what the constraint means. */
export function constraintProblem({ status, code, detail, pointer }: ConstraintMeaning): Problem {
  return pointer === undefined ? new Problem(status, code, detail) : validationFailed([{ pointer, detail }]);
}
