import createClient from 'openapi-fetch';
import type { paths } from '../../types/api.d.ts';
import { words } from '../words.ts';

/** The status of an answer that never came: no network, no server. HTTP itself ends at 599 and uses none near it. */
export const notReached = 599;

export interface Problem {
  status: number;
  code: string;
  detail: string;
  errors?: { pointer: string; detail: string }[];
}

/** Tells what calls found out: `lost` when the server no longer knows this session, `reached` and `missed` of the server. */
export const calls = new EventTarget();

/** The server's routes, typed by its contract. A call never throws: what cannot be reached answers `notReached`. */
export const api = createClient<paths>({ fetch: patiently, credentials: 'same-origin' });

let account: string | null = null;

/**
 * From now on calls are of this account. The server refuses them once this browser's session is somebody else's, who has
 * signed in meanwhile: what one has written must not go to the other's diary.
 */
export function speakFor(id: string): void {
  account = id;
}

/** The header that says so, for calls that are made without this client. */
export function accountHeader(): Record<string, string> {
  return account === null ? {} : { 'daymark-account': account };
}

/** Whose session this browser has. */
function asksWho({ method, url }: Request): boolean {
  return method === 'GET' && new URL(url).pathname === '/api/v1/me';
}

async function patiently(request: Request): Promise<Response> {
  const signsIn = request.url.includes('/api/v1/auth/');
  if (!signsIn && !asksWho(request))
    for (const [name, value] of Object.entries(accountHeader())) request.headers.set(name, value);
  try {
    const response = await fetch(request, {
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(15_000)]),
    });
    const answer = await whole(response);
    if (answer.status === 401 && !signsIn) calls.dispatchEvent(new Event('lost'));
    calls.dispatchEvent(new Event('reached'));
    return answer;
  } catch {
    calls.dispatchEvent(new Event('missed'));
    const problem: Problem = { status: notReached, code: 'not_reached', detail: words.errors.notReached };
    const headers = { 'content-type': 'application/problem+json' };
    return new Response(JSON.stringify(problem), { status: notReached, headers });
  }
}

/**
 * The answer with its body read: a connection that breaks in the middle is one that was not reached, and so is a
 * server whose place something else takes, as a proxy does that finds it gone, or the door of a hotel's network.
 */
async function whole(response: Response): Promise<Response> {
  if (response.body === null || response.status === 204 || response.status === 304) return response;
  const body = await response.arrayBuffer();
  const isOurs = /^application\/(?:problem\+)?json\b/.test(response.headers.get('content-type') ?? '');
  if (!isOurs && body.byteLength > 0) throw new TypeError('no answer of the API');
  return new Response(body, response);
}

/** What to tell a person about an answer that is a problem. */
export function tell(error: unknown): string {
  const { detail, errors } = (error ?? {}) as Partial<Problem>;
  if (errors !== undefined && errors.length > 0) {
    return errors.map((each) => `${each.pointer.replace(/^[/?]/, '')}: ${each.detail}`).join('; ');
  }
  return detail ?? words.errors.unknown;
}
