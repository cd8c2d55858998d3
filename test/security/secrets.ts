import { randomBytes } from 'node:crypto';
import { newToken } from '../../src/accounts/tokens.ts';
import type { Answer, Call } from '../app.ts';

/** A value that stands nowhere else. */
export function canary(kind: string): string {
  return `${kind}${randomBytes(8).toString('hex')}`;
}

/** What a person gives to the server, each recognisable. */
export function personSecrets() {
  const kinds = ['email', 'password', 'wrong', 'next', 'name', 'agent', 'text', 'category', 'tag'] as const;
  const more = [
    'query',
    'path',
    'cookie',
    'bearer',
    'forwarded',
    'id',
    'referer',
    'token',
    'measure',
  ] as const;
  const entries = [...kinds, ...more].map((kind) => [kind, canary(kind)]);
  return Object.fromEntries(entries) as Record<(typeof kinds)[number] | (typeof more)[number], string>;
}

export type PersonSecrets = ReturnType<typeof personSecrets>;

/** Tokens that the server gave out meanwhile. */
export interface Journey {
  answers: Answer[];
  tokens: string[];
}

const lineBreak = '\r\n{"level":30,"msg":"forged"}\r\n';

/**
 * Says every secret to the server in good calls and bad ones: refused bodies, broken JSON, wrong types, unknown
 * members, paths and parameters that are none, headers of all kinds. `as` gives the call of a token.
 */
export async function tellEverything(
  anonymous: Call,
  as: (token: string) => Call,
  s: PersonSecrets,
): Promise<Journey> {
  const answers: Answer[] = [];
  const tokens: string[] = [];
  const noted =
    (call: Call) =>
    async (method: string, path: string, body?: unknown, headers = {}) => {
      const answer = await call(method, path, { ...(body === undefined ? {} : { body }), headers });
      answers.push(answer);
      if (typeof answer.json?.token === 'string') tokens.push(answer.json.token);
      return answer;
    };
  const tell = noted(anonymous);
  const { json } = await signIn(tell, s);
  // Without a database nobody gets a token: one that could be good makes the server ask for it.
  if (tokens.length === 0) tokens.push(newToken('session'));
  const own = noted(as(typeof json?.token === 'string' ? json.token : String(tokens[0])));
  await tellHeaders(tell, s);
  await tellEntries(own, s);
  await tellAccount(own, s);
  return { answers, tokens };
}

type Tell = (method: string, path: string, body?: unknown, headers?: object) => Promise<Answer>;

async function signIn(tell: Tell, s: PersonSecrets): Promise<Answer> {
  const email = `${s.email}@example.org`;
  const account = { email, password: s.password };
  await tell('POST', '/auth/register', account, { 'user-agent': s.agent });
  await tell('POST', '/auth/register', account);
  await tell('POST', '/auth/register', { email: `${s.email} is none`, password: s.password });
  await tell('POST', '/auth/register', { email, password: s.password, time_zone: s.query });
  await tell('POST', '/auth/register', { email, password: `${s.password}\0` });
  await tell('POST', '/auth/login', { email, password: s.wrong });
  await tell('POST', '/auth/login', { email: `un${s.email}@example.org`, password: s.wrong });
  await tell('POST', '/auth/login', `{"email":"${email}","password":"${s.password}"`);
  await tell('POST', '/auth/login', `email=${email}&password=${s.password}`, {
    'content-type': 'text/plain',
  });
  await tell('POST', '/auth/login', { email, password: [s.password] });
  await tell('POST', `/auth/login?password=${s.query}`, {
    email: s.email,
    password: `${s.wrong}${lineBreak}`,
  });
  return tell('POST', '/auth/login', account, { 'user-agent': s.agent, 'x-forwarded-for': s.forwarded });
}

async function tellHeaders(tell: Tell, s: PersonSecrets): Promise<void> {
  const site = { 'sec-fetch-site': 'same-origin' };
  await tell('GET', '/me', undefined, { cookie: `__Host-daymark=${s.cookie}; other=${s.cookie}`, ...site });
  await tell(
    'POST',
    '/entries',
    { mood: 1 },
    { cookie: `__Host-daymark=${s.cookie}`, origin: `https://${s.referer}` },
  );
  await tell('GET', '/me', undefined, {
    authorization: `Basic ${s.bearer}`,
    referer: `https://${s.referer}/`,
  });
  await tell('GET', '/me', undefined, { authorization: `Bearer ${s.bearer}`, 'x-request-id': `${s.id} ?` });
  await tell('GET', `/${s.path}?token=${s.query}`);
  await tell('GET', `/entries/%zz${s.path}`);
  await tell('GET', `/${s.path}%0d%0a%7b%22level%22%3a30%7d`, undefined, { 'x-forwarded-for': s.forwarded });
  await tell('PUT', `/entries?${s.query}`, { text: s.text });
}

async function tellEntries(tell: Tell, s: PersonSecrets): Promise<void> {
  const entry = { text: s.text, category: s.category, tags: [s.tag], measures: { [s.measure]: 1 } };
  await tell('POST', '/entries', entry);
  await tell('POST', '/entries', { ...entry, text: `${s.text}${lineBreak}` });
  await tell('POST', '/entries', { ...entry, text: `${s.text}\0`, mood: s.text, tags: [s.tag, s.tag] });
  await tell('POST', '/entries', { ...entry, at: s.query, time_zone: s.category });
  await tell('POST', '/entries', { mood: 3, at: '2999-01-01T00:00:00Z', text: s.text });
  await tell('POST', '/entries', `{"text":"${s.text}`);
  await tell('POST', '/entries', { text: s.text.repeat(70_000) });
  await tell('GET', `/entries?category=${s.category}&tag=${s.tag}&total=true`);
  await tell('GET', `/entries?bogus=${s.query}`);
  await tell('GET', `/entries?limit=${s.query}&from=${s.query}&order=${s.query}`);
  await tell('GET', `/entries?cursor=${s.query}`);
  await tell('GET', `/entries?category=%ff${s.query}`);
  await tell('GET', `/entries/${s.path}`);
  await tell('PUT', '/entries/01900000-0000-7000-8000-000000000001', entry, { 'if-match': `"${s.query}"` });
  await tell('PATCH', '/entries/01900000-0000-7000-8000-000000000001', { text: s.text });
  await tell('PUT', '/entries/01900000-0000-7000-8000-000000000001', entry);
}

async function tellAccount(tell: Tell, s: PersonSecrets): Promise<void> {
  await tell('PATCH', '/me', { name: s.name });
  await tell('PATCH', '/me', { name: s.name.repeat(20), time_zone: s.query, day_start_minutes: s.query });
  await tell('POST', '/me/tokens', { name: s.token, scopes: ['entries:read'] });
  await tell('POST', '/me/tokens', { name: s.token, scopes: [s.query], expires_at: '2000-01-01T00:00:00Z' });
  await tell('POST', '/me/tokens', { name: s.token, scopes: ['export'], expires_at: '2000-01-01T00:00:00Z' });
  await tell('POST', '/me/password', { current_password: s.wrong, new_password: s.next });
  await tell('POST', '/me/password', { current_password: s.password, new_password: 'short' });
  await tell('POST', '/me/password', { current_password: s.password, new_password: s.next });
  await tell('DELETE', '/me', { password: s.wrong });
  await tell('GET', '/me/events');
}
