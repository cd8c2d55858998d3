import type { IncomingMessage } from 'node:http';

/**
 * Headers that mean one thing each. Node keeps the first of two and drops the other; a proxy in front may keep
 * the last, and then checks another request than we answer.
 */
const singular = new Set(['host', 'authorization', 'content-type']);

/** True for a request of HTTP/1.0 or 1.1 that every program reads alike: one `Host` (RFC 9112 §3.2), nothing singular twice. */
export function isUnambiguous({ httpVersion, headers, rawHeaders }: IncomingMessage): boolean {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return false;
  if (httpVersion === '1.1' && headers.host === undefined) return false;
  let seen = 0;
  let distinct = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    // By length first: most headers are none of these, and this runs on every request.
    if ((name.length === 4 || name.length === 12 || name.length === 13) && singular.has(name.toLowerCase()))
      seen++;
  }
  for (const name of singular) if (headers[name] !== undefined) distinct++;
  return seen <= distinct;
}
