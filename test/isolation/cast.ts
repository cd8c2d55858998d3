import { scopes, type Scope } from '../../src/http/types.ts';
import { caller, type Person, type TestApp } from '../app.ts';
import { onServer } from '../database.ts';
import type { Owner } from './operations.ts';

/** Signs somebody up who owns one thing of each kind. */
export async function signUpOwner({ app, person, call }: TestApp): Promise<Owner> {
  const someone = await person();
  const { email, password } = someone;
  const { json: login } = await call('POST', '/auth/login', { body: { email, password } });
  const { json: list } = await caller(app, login.token)('GET', '/me/sessions');
  const session = list.sessions.find((each: { current: boolean }) => each.current).id;
  const token = (await makeToken(someone, ['entries:read'])).id;
  const { json: entry } = await someone.call('POST', '/entries', {
    body: { text: 'the owner’s own', mood: 8, category: 'private', tags: ['mine'], measures: { sleep: 7 } },
  });
  const { json: webhook } = await someone.call('POST', '/webhooks', {
    body: { url: 'https://hooks.example.org/own', events: ['ping'] },
  });
  const { json: delivery } = await someone.call('POST', `/webhooks/${webhook.id}/test`);
  const things = { entry: entry.id, session, token, webhook: webhook.id, delivery: delivery.id };
  const { json: brought } = await someone.call('POST', '/imports', {
    body: 'date,mood,text\n2024-01-01,5,the owner’s own',
    headers: { 'content-type': 'application/octet-stream' },
  });
  // At its end, so that its events have one.
  await someone.call('DELETE', `/imports/${brought.id}`);
  return { ...someone, things: { ...things, import: brought.id } };
}

/** A personal access token of somebody's. */
export async function makeToken(someone: Person, of: readonly Scope[], more: object = {}) {
  const { status, json, text } = await someone.call('POST', '/me/tokens', {
    body: { name: 'script', scopes: of, ...more },
  });
  if (status !== 201) throw new Error(text);
  return { id: json.id as string, secret: json.token as string };
}

/** A token with every scope but one. */
export async function makeTokenWithout(someone: Person, missing: Scope): Promise<string> {
  const rest = scopes.filter((each) => each !== missing);
  return (await makeToken(someone, rest)).secret;
}

/** `Authorization` headers that were good once, or never, by what is wrong with them. */
export async function badCredentials(
  { person, app, database }: TestApp,
  someone: Owner,
): Promise<[what: string, authorization: string | undefined][]> {
  const revoked = await makeToken(someone, scopes);
  // Used before, so that a remembered answer would be noticed.
  await caller(app, revoked.secret)('GET', '/entries');
  await someone.call('DELETE', `/me/tokens/${revoked.id}`);

  const expired = await makeToken(someone, scopes, { expires_at: '2099-01-01T00:00:00Z' });
  const past = `update sessions set expires_at = now() - interval '1 second' where id = '${expired.id}'`;
  await onServer(past, database.connection);

  const gone = await person();
  const ofGone = await makeToken(gone, scopes);
  await gone.call('DELETE', '/me', { body: { password: gone.password } });

  const forged = someone.token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
  return [
    ['nothing', undefined],
    ['a revoked token', `Bearer ${revoked.secret}`],
    ['an expired token', `Bearer ${expired.secret}`],
    ['a session of a deleted account', `Bearer ${gone.token}`],
    ['a token of a deleted account', `Bearer ${ofGone.secret}`],
    ['a token with a wrong checksum', `Bearer ${forged}`],
    ['half a token', `Bearer ${someone.token.slice(0, 20)}`],
    ['a token with more behind it', `Bearer ${someone.token}0`],
    ['the hash of nothing', `Bearer dm_s_${'0'.repeat(36)}`],
    ['a good token without its scheme', someone.token],
    ['a good token under another scheme', `Basic ${someone.token}`],
    ['two tokens', `Bearer ${someone.token} ${someone.token}`],
    ['an empty token', 'Bearer '],
    ['no text of ours', `Bearer ' or 1=1 --`],
  ];
}

/** All rows of all tables that hold something of a person; without the time of last use, which reading moves. */
export async function rowsOf({ database }: TestApp, userId: string): Promise<Record<string, unknown[]>> {
  const tables = await onServer<{ name: string; key: string }>(
    `select c.relname as name, a.attname as key from pg_attribute a join pg_class c on c.oid = a.attrelid
     where (a.attname = 'user_id' or c.relname = 'users' and a.attname = 'id')
       and c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace`,
    database.connection,
  );
  const rows: Record<string, unknown[]> = {};
  for (const { name, key } of tables) {
    rows[name] = await onServer(
      `select to_jsonb(t) - '{last_used_at,expires_at}'::text[] as row from ${name} t
       where ${key} = '${userId}' order by 1`,
      database.connection,
    );
  }
  return rows;
}
