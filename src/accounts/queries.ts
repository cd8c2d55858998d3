import { instantText } from '../db/instant.ts';
import { count, first, many, one } from '../db/sql.ts';
import type { Account } from '../http/types.ts';

/** The account as its owner sees it, as JSON text. */
export const userJson = `json_build_object('id', u.id, 'email', u.email, 'name', u.name, 'time_zone', j.time_zone,
  'day_start_minutes', j.day_start_minutes, 'created_at', ${instantText('u.created_at')})::text`;

/** How long a session lives after it was last used. Personal access tokens end when they say. */
const sessionLife = `interval '90 days'`;

/** Makes account, diary, first session and the event of it. */
export const register = first<
  [
    email: string,
    passwordHash: string,
    timeZone: string,
    tokenHash: Buffer,
    ip: string,
    userAgent: string | null,
  ],
  { user: string }
>(
  'register',
  `with u as (
     insert into users (email, password_hash) values ($1, $2) returning *
   ), j as (
     insert into journals (user_id, time_zone) select id, $3 from u returning *
   ), s as (
     insert into sessions (user_id, kind, token_hash, last_used_at, expires_at, ip, user_agent)
     select id, 'session', $4, now(), now() + ${sessionLife}, $5, $6 from u
   ), e as (
     insert into account_events (user_id, type, ip) select id, 'account.registered', $5 from u
   )
   select ${userJson} as user from u join j on j.user_id = u.id`,
);

/** Whether any account exists; asked under the lock of `operatorLockRegistration`. */
export const operatorAnyUser = one<[], { any: boolean }>(
  'operator_any_user',
  'select exists (select from users) as any',
);

/** Registrations under REGISTRATION=first go one after the other: two must not both find no account. */
export const operatorLockRegistration = one<[], unknown>(
  'operator_lock_registration',
  `select pg_advisory_xact_lock(hashtext('daymark registration'))`,
);

export const findLogin = first<[email: string], { user_id: string; password_hash: string }>(
  'find_login',
  'select id as user_id, password_hash from users where email = $1',
);

export const findPasswordHash = first<[userId: string], { password_hash: string }>(
  'find_password_hash',
  'select password_hash from users where id = $1',
);

/** A new session and the event of it. */
export const startSession = first<
  [userId: string, tokenHash: Buffer, ip: string, userAgent: string | null, passwordHash: string],
  { user: string }
>(
  'start_session',
  `with a as (
     select id from users where id = $1 and password_hash = $5 for share
   ), s as (
     insert into sessions (user_id, kind, token_hash, last_used_at, expires_at, ip, user_agent)
     select id, 'session', $2, now(), now() + ${sessionLife}, $3, $4 from a
   ), e as (
     insert into account_events (user_id, type, ip) select id, 'login.succeeded', $3 from a
   )
   select ${userJson} as user from users u join journals j on j.user_id = u.id
   where u.id = $1 and exists (select from a)`,
);

/** Who is behind the token of this hash, in base64; may be remembered for `remember_ms`. */
export interface FoundSession extends Account {
  token_hash: string;
  stale: boolean;
  remember_ms: number;
}

/**
 * Who is behind tokens; the one look-up of an owned table that cannot name its owner: it finds them. Remembered
 * until it expires, and at most so long that its use is noted in time.
 */
export const findSessions = many<[tokenHashes: Buffer[]], FoundSession>(
  'find_sessions',
  `select encode(token_hash, 'base64') as token_hash, user_id, id as session_id, kind, scopes,
          coalesce(last_used_at < now() - interval '1 minute', true) as stale,
          least(60000, extract(epoch from expires_at - now()) * 1000)::integer as remember_ms
   from sessions
   where token_hash = any($1) and (expires_at is null or expires_at > now())`,
  { brief: 'row' },
);

/** The time by the database, and hashes in base64 of the tokens that stopped working in the last so many seconds. */
export const operatorListRevoked = one<[seconds: number], { at_ms: number; hashes: string[] }>(
  'operator_list_revoked',
  `select (extract(epoch from now()) * 1000)::float as at_ms, coalesce(array_agg(encode(token_hash, 'base64')), '{}') as hashes
   from revocations where at > now() - make_interval(secs => $1)`,
);

/** Notes the use of a session or token, and gives a session its full life again. */
export const touchSession = count<[userId: string, sessionId: string]>(
  'touch_session',
  `update sessions
   set last_used_at = now(), expires_at = case kind when 'session' then now() + ${sessionLife} else expires_at end
   where user_id = $1 and id = $2 and (expires_at is null or expires_at > now())`,
);

/** Ends a session or token and writes the event of it: `type`, or by its kind where that is null. */
export const endSession = first<
  [userId: string, sessionId: string, type: string | null, ip: string],
  { id: string }
>(
  'end_session',
  `with gone as (
     delete from sessions where user_id = $1 and id = $2 returning user_id, id, kind, name
   ), e as (
     insert into account_events (user_id, type, ip, detail)
     select user_id, coalesce($3, case kind when 'token' then 'token.revoked' else 'session.revoked' end), $4,
            case kind when 'token' then jsonb_build_object('name', name) else '{}' end from gone
   )
   select id from gone`,
);

export const findUser = first<[userId: string], { user: string }>(
  'find_user',
  `select ${userJson} as user from users u join journals j on j.user_id = u.id where u.id = $1`,
);

export const updateUser = first<[userId: string, name: string | null], { user: string }>(
  'update_user',
  `with u as (
     update users set name = coalesce($2, name) where id = $1 returning *
   )
   select ${userJson} as user from u join journals j on j.user_id = u.id where j.user_id = $1`,
);

/** Changes the rules of the diary's days; what is null stays as it is. */
export const updateJournal = first<
  [userId: string, timeZone: string | null, dayStartMinutes: number | null],
  { day_start_minutes: number }
>(
  'update_journal',
  `update journals
   set revision = revision + 1, time_zone = coalesce($2, time_zone),
       day_start_minutes = coalesce($3, day_start_minutes)
   where user_id = $1
   returning day_start_minutes`,
);

/** Puts every entry on the day that the diary's rule gives it now; the version rises where the day changes. */
export const recomputeDays = count<[userId: string, dayStartMinutes: number]>(
  'recompute_days',
  `update entries
   set local_day = local_day(at, time_zone, $2), version = version + 1
   where user_id = $1 and local_day <> local_day(at, time_zone, $2)`,
);

/** Removes the account; every row of every table goes with it. */
export const deleteUser = count<[userId: string]>('delete_user', 'delete from users where id = $1');

export const listEvents = many<
  [userId: string, before: string | null, limit: number],
  { event: string; id: string }
>(
  'list_events',
  `select id, json_build_object('id', id, 'at', ${instantText('at')}, 'type', type, 'ip', ip, 'detail', detail)::text as event
   from account_events
   where user_id = $1 and id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
   order by id desc
   limit $3`,
);

/** Replaces a hash, unless another request has replaced it meanwhile. */
export const replacePasswordHash = count<[userId: string, from: string, to: string]>(
  'replace_password_hash',
  'update users set password_hash = $3 where id = $1 and password_hash = $2',
);

/**
 * Ends every session but one, or all at null, after a new password; personal access tokens stay. A statement of its own behind
 * the one that replaces the hash: it sees the sessions of those who signed in by the old one until then.
 */
export const endSessions = count<[userId: string, kept: string | null, ip: string | null]>(
  'end_sessions',
  `with gone as (
     delete from sessions where user_id = $1 and kind = 'session' and id is distinct from $2::uuid
   )
   insert into account_events (user_id, type, ip) values ($1, 'password.changed', $3)`,
);

export const addEvent = count<[userId: string, type: string, ip: string | null, detail: object]>(
  'add_event',
  'insert into account_events (user_id, type, ip, detail) values ($1, $2, $3, $4)',
);

/** Sessions and tokens that still work, newest first. */
export const listSessions = many<[userId: string, current: string], { session: string }>(
  'list_sessions',
  `select json_build_object('id', id, 'kind', kind, 'created_at', ${instantText('created_at')},
     'last_used_at', ${instantText('last_used_at')}, 'expires_at', ${instantText('expires_at')}, 'ip', ip,
     'user_agent', user_agent, 'current', id = $2)::text as session
   from sessions
   where user_id = $1 and (expires_at is null or expires_at > now())
   order by id desc`,
);

const tokenJson = `json_build_object('id', id, 'name', name, 'scopes', scopes, 'created_at', ${instantText('created_at')},
  'last_used_at', ${instantText('last_used_at')}, 'expires_at', ${instantText('expires_at')})::text`;

export const listTokens = many<[userId: string], { token: string }>(
  'list_tokens',
  `select ${tokenJson} as token from sessions where user_id = $1 and kind = 'token' order by id desc`,
);

/** A new personal access token and the event of it; no row where it would be expired already. */
export const createToken = first<
  [
    userId: string,
    tokenHash: Buffer,
    name: string,
    scopes: readonly string[],
    expiresAt: string | null,
    ip: string | null,
  ],
  { token: string }
>(
  'create_token',
  `with t as (
     insert into sessions (user_id, kind, token_hash, name, scopes, expires_at)
     select $1, 'token', $2, $3, $4, $5::timestamptz where $5::timestamptz is null or $5 > now()
     returning *
   ), e as (
     insert into account_events (user_id, type, ip, detail)
     select user_id, 'token.created', $6, jsonb_build_object('name', name, 'scopes', scopes) from t
   )
   select ${tokenJson} as token from t`,
);

/** Revokes a personal access token; a session is none. */
export const deleteToken = first<[userId: string, tokenId: string, ip: string], { id: string }>(
  'delete_token',
  `with gone as (
     delete from sessions where user_id = $1 and id = $2 and kind = 'token' returning user_id, id, name
   ), e as (
     insert into account_events (user_id, type, ip, detail)
     select user_id, 'token.revoked', $3, jsonb_build_object('name', name) from gone
   )
   select id from gone`,
);

/**
 * Counts an attempt to sign in under `key` where fewer than `most` failed in the last `window` seconds, and
 * answers its time; no row where there is no room. The clock is read under the row's lock: attempts that
 * waited for each other have times of their own.
 */
export const operatorCountGuess = first<[key: string, most: number, windowSeconds: number], { at: string }>(
  'operator_count_guess',
  `insert into login_failures as f (key, at) values ($1, array[clock_timestamp()])
   on conflict (key) do update
   set at = array(select t from unnest(f.at) t where t > now() - make_interval(secs => $3)) || clock_timestamp()
   where (select count(*) from unnest(f.at) t where t > now() - make_interval(secs => $3)) < $2
   returning f.at[cardinality(f.at)]::text as at`,
);

/** Takes an attempt back that did not fail. */
export const operatorForgetGuess = count<[key: string, at: string]>(
  'operator_forget_guess',
  `update login_failures
   set at = at[:array_position(at, $2::timestamptz) - 1] || at[array_position(at, $2::timestamptz) + 1:]
   where key = $1 and $2::timestamptz = any (at)`,
);

/** Seconds until the oldest failure that counts no longer does. */
export const operatorGuessWait = one<[key: string, windowSeconds: number], { seconds: number }>(
  'operator_guess_wait',
  `select coalesce(ceil(extract(epoch from min(t) + make_interval(secs => $2) - now())), 1)::integer as seconds
   from login_failures, unnest(at) t
   where key = $1 and t > now() - make_interval(secs => $2)`,
);
