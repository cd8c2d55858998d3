import type { FastifyRequest } from 'fastify';

export interface Credentials {
  token: string | null;
  /** True where the session cookie came along, also when `Authorization` counts instead of it. */
  hasCookie: boolean;
}

/** The token a request brings: `Authorization: Bearer …`, else the session cookie. */
export function credentialsOf(request: FastifyRequest, cookieName: string): Credentials {
  const { authorization, cookie } = request.headers;
  const fromCookie = cookie === undefined ? null : cookieValue(cookie, cookieName);
  const hasCookie = fromCookie !== null;
  if (authorization === undefined) return { token: fromCookie, hasCookie };
  const bearer = /^Bearer +([^\s]+) *$/i.exec(authorization);
  return { token: bearer?.[1] ?? null, hasCookie };
}

function cookieValue(header: string, name: string): string | null {
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return null;
}

/** The session cookie of this installation: its name, and how it is set and taken back. */
export interface SessionCookie {
  name: string;
  set(token: string): string;
  clear(): string;
}

/**
 * The cookie's form. `__Host-` binds it to this very host and to TLS, which browsers grant localhost too;
 * an installation that says its address is plain http (a home network) gets a cookie that can live there.
 */
export function sessionCookie(publicUrl: string | null): SessionCookie {
  const plain = publicUrl?.startsWith('http:') ?? false;
  const name = plain ? 'daymark' : '__Host-daymark';
  const attributes = `Path=/; HttpOnly;${plain ? '' : ' Secure;'} SameSite=Lax`;
  return {
    name,
    // 400 days is the longest a browser keeps a cookie; the session behind it ends earlier when unused.
    set: (token) => `${name}=${token}; ${attributes}; Max-Age=34560000`,
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
  };
}
