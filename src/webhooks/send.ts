import { isIP, type LookupFunction } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import { ForbiddenTarget, judgeTarget, type TargetRules } from './target.ts';

/** What came of one attempt. */
export interface Outcome {
  /** Null where there was no answer. */
  status: number | null;
  /** Null where the receiver took it. */
  error: string | null;
  duration_ms: number;
  /** What the receiver asked for in Retry-After: seconds, or an HTTP date. */
  retryAfter: string | null;
}

export interface Outgoing {
  url: string;
  headers: Record<string, string>;
  body: string;
}

const timeoutMs = 10_000;
const mostBytes = 64 * 1024;

/**
 * Sends one message: 10 s in all, name look-up and answer included. The addresses are judged first, and the socket
 * goes to these and no others; it is used once, so that no later message travels on an older judgement. Redirects are
 * answers like any other. Never throws for what a receiver does.
 */
export async function send({ url, headers, body }: Outgoing, rules: TargetRules): Promise<Outcome> {
  const start = performance.now();
  const signal = AbortSignal.timeout(timeoutMs);
  const outcome = (status: number | null, error: string | null, retryAfter: string | null = null) => {
    return { status, error, retryAfter, duration_ms: Math.round(performance.now() - start) };
  };
  try {
    const target = new URL(url);
    const addresses = await unlessAborted(judgeTarget(target, rules), signal);
    if (addresses.length === 0) return outcome(null, 'the host name is not known');
    const answer = await post(target, addresses, headers, body, signal);
    const taken = answer.status >= 200 && answer.status < 300;
    return outcome(answer.status, taken ? null : refusalOf(answer.status), answer.retryAfter);
  } catch (error) {
    return outcome(null, reasonOf(error, signal));
  }
}

async function post(
  target: URL,
  addresses: readonly string[],
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<{ status: number; retryAfter: string | null }> {
  const client = new Client(target.origin, {
    connect: { lookup: pinned(addresses), timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  try {
    const path = `${target.pathname}${target.search}`;
    const answer = await client.request({ path, method: 'POST', headers, body, signal });
    const retryAfter = answer.headers['retry-after'];
    await drain(answer.body).catch(() => undefined);
    return { status: answer.statusCode, retryAfter: typeof retryAfter === 'string' ? retryAfter : null };
  } finally {
    void client.destroy().catch(() => undefined);
  }
}

/** Reads an answer to its end or to 64 KiB: what it says beyond its status changes nothing. */
async function drain(body: Dispatcher.ResponseData['body']): Promise<void> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += (chunk as Buffer).length;
    if (bytes >= mostBytes) break;
  }
}

/** A look-up that knows one answer. */
function pinned(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, options, callback) => {
    const [first = { address: '', family: 4 }] = all;
    if (options.all === true) callback(null, all);
    else callback(null, first.address, first.family);
  };
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
    ),
  ]);
}

function refusalOf(status: number): string {
  return status >= 300 && status < 400
    ? 'answered with a redirect, which is not followed'
    : `answered ${status}`;
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_CONNECT_TIMEOUT: 'no answer within 10 s',
  UND_ERR_HEADERS_TIMEOUT: 'no answer within 10 s',
  UND_ERR_HEADERS_OVERFLOW: 'the answer has too many headers',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the host cannot be reached',
  ETIMEOUT: 'no name server answered',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is not trusted',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
};

/** A plain reason, without what only concerns this machine. */
function reasonOf(error: unknown, signal: AbortSignal): string {
  if (error instanceof ForbiddenTarget) return 'the address is not one that a webhook may reach';
  if (signal.aborted) return 'no answer within 10 s';
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = (inner as { code?: string } | undefined)?.code ?? '';
  if (code.startsWith('HPE_')) return 'the answer is no HTTP';
  return reasons[code] ?? 'the connection failed';
}
