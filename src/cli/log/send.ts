import type { Waiting } from './entry.ts';
import type { Server } from './server.ts';

/** What became of an entry that was sent. */
export type Outcome =
  /** `entry` is what the server keeps as JSON text; null where an earlier call had sent it already. */
  | { kind: 'sent'; entry: string | null }
  /** It may work later: the entry waits. */
  | { kind: 'later'; reason: string }
  /** It will not work before the person changes something: the entry waits. */
  | { kind: 'refused'; reason: string }
  /** It can never work. */
  | { kind: 'wrong'; reason: string };

const patienceMs = 10_000;

/** Sends an entry under its own id, creating only: a repeat neither makes a second one nor undoes an edit. */
export async function send({ url, token }: Server, { id, entry }: Waiting): Promise<Outcome> {
  try {
    const response = await fetch(`${url}/api/v1/entries/${id}`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'if-none-match': '*',
      },
      body: JSON.stringify(entry),
      // The token is for this server and no other.
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    });
    return outcomeOf(response.status, await response.text(), id);
  } catch (error) {
    return { kind: 'later', reason: reasonOf(error) };
  }
}

/** Only an answer that is Daymark's counts: a hotel's login page answers 200 to anything. */
function outcomeOf(status: number, body: string, id: string): Outcome {
  const answer = parse(body);
  const reason = `${status} ${answer.code ?? 'without a reason'}`;
  if (status === 201 && answer.id === id) return { kind: 'sent', entry: body };
  if (status === 412 && answer.code === 'precondition_failed') return { kind: 'sent', entry: null };
  if (status === 401 || status === 403)
    return { kind: 'refused', reason: `it does not accept DAYMARK_TOKEN (${reason})` };
  const isOurs = answer.code !== undefined && answer.code !== 'route_not_found';
  if (isOurs && (status === 400 || status === 413 || status === 422)) {
    const members = (answer.errors ?? []).map(({ pointer, detail }) => `${pointer} ${detail}`);
    return { kind: 'wrong', reason: members.join('; ') || (answer.detail ?? reason) };
  }
  if (isOurs) return { kind: 'later', reason };
  return { kind: 'later', reason: `DAYMARK_URL answers ${status}, and not as a Daymark does` };
}

interface Answer {
  id?: string;
  code?: string;
  detail?: string;
  errors?: { pointer: string; detail: string }[];
}

function parse(body: string): Answer {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return `no answer within ${patienceMs / 1000} s`;
  const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException;
  return code ?? message;
}
