import { count } from '../db/sql.ts';

/** Deletes sessions that have ended, and tokens whose end is a month past: until then their owner sees why. */
export const operatorDropSessions = count<[limit: number]>(
  'operator_drop_sessions',
  `delete from sessions where (user_id, id) in (
     select user_id, id from sessions
     where expires_at < now() - case kind when 'token' then interval '30 days' else interval '0' end limit $1)
   and expires_at < now()`,
);

/** Deletes what happened to accounts more than a year ago. */
export const operatorDropEvents = count<[limit: number]>(
  'operator_drop_events',
  `delete from account_events where (user_id, id) in (
     select user_id, id from account_events where at < now() - interval '1 year' limit $1)`,
);

/** Deletes failed logins that are older than any window that can be set. */
export const operatorDropGuesses = count<[limit: number]>(
  'operator_drop_guesses',
  `delete from login_failures where key in (
     select key from login_failures where now() - interval '1 day' > all (at) limit $1)
   and now() - interval '1 day' > all (at)`,
);

/** Deletes revocations that no node can have missed and still follow: it would have forgotten all it knew. */
export const operatorDropRevocations = count<[limit: number]>(
  'operator_drop_revocations',
  `delete from revocations where (at, token_hash) in (
     select at, token_hash from revocations where at < now() - interval '1 hour' limit $1)`,
);
