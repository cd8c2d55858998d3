import { Agent, request, type IncomingHttpHeaders } from 'node:http';

/** What came of one request; `status` 0 where the connection failed, and `error` says how. */
export interface Answer {
  status: number;
  /** From its first byte to the end of its answer. */
  ms: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** A member of the answer's JSON; undefined where it has none. */
  member(name: string): unknown;
  error?: string;
  /** Whether an earlier request had gone over the same connection. */
  reused: boolean;
}

export interface Send {
  (
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
  close(): void;
}

/**
 * Sends requests over connections that stay open. Nothing is sent twice: a connection that ends is an answer.
 * `patienceMs` is how long an answer may take; after that it counts as none.
 */
export function sender(
  url: string,
  { token, patienceMs = 15_000 }: { token?: string; patienceMs?: number } = {},
): Send {
  const agent = new Agent({ keepAlive: true });
  const known = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const send = (
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
  ) => {
    const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const type = payload === undefined ? {} : { 'content-type': 'application/json' };
    const address = path.startsWith('//') ? `${url}${path.slice(1)}` : `${url}/api/v1${path}`;
    return new Promise<Answer>((resolve) => {
      const start = performance.now();
      const finish = (status: number, text: string, given: IncomingHttpHeaders, error?: string) =>
        resolve({
          status,
          text,
          headers: given,
          ms: performance.now() - start,
          reused: sent.reusedSocket,
          member: (name) => membersOf(text)[name],
          ...(error === undefined ? {} : { error }),
        });
      const sent = request(
        address,
        { method, agent, headers: { ...type, ...known, ...headers } },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (chunk: string) => (text += chunk));
          answer.on('end', () => finish(answer.statusCode ?? 0, text, answer.headers));
          answer.on('error', (error: NodeJS.ErrnoException) =>
            finish(0, text, {}, error.code ?? error.message),
          );
        },
      );
      const timer = setTimeout(() => sent.destroy(new Error('no answer in time')), patienceMs);
      sent.on('close', () => clearTimeout(timer));
      sent.on('error', (error: NodeJS.ErrnoException) => finish(0, '', {}, error.code ?? error.message));
      sent.end(payload);
    });
  };
  return Object.assign(send, { close: () => agent.destroy() });
}

function membersOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Statuses of many answers, counted; a lost connection under its error. */
export function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, error } of answers) {
    const key = error ?? String(status);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** The value below which the share `p` of all lies. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * p) - 1)] ?? NaN;
}
