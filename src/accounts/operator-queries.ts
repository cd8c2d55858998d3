import { instantText } from '../db/instant.ts';
import { count, first, many, one } from '../db/sql.ts';
import { userJson } from './queries.ts';

/** Makes account, diary and the event of it, and no session. */
export const operatorAddUser = one<
  [email: string, passwordHash: string, name: string, timeZone: string],
  { user: string }
>(
  'operator_add_user',
  `with u as (
     insert into users (email, password_hash, name) values ($1, $2, $3) returning *
   ), j as (
     insert into journals (user_id, time_zone) select id, $4 from u returning *
   ), e as (
     insert into account_events (user_id, type) select id, 'account.registered' from u
   )
   select ${userJson} as user from u join j on j.user_id = u.id`,
);

/** Whose e-mail address it is, and how many entries they have, the trash included. */
export const operatorFindUser = first<[email: string], { user_id: string; entries: string }>(
  'operator_find_user',
  `select id as user_id, (select count(*) from entries where user_id = u.id) as entries
   from users u where email = $1`,
);

/** Every account as JSON text, by e-mail address: how much is in it (without the trash) and when it was last used. */
export const operatorListUsers = many<[], { user: string }>(
  'operator_list_users',
  `select json_build_object('id', u.id, 'email', u.email, 'name', u.name, 'time_zone', j.time_zone,
     'created_at', ${instantText('u.created_at')},
     'last_used_at', (select ${instantText('max(last_used_at)')} from sessions where user_id = u.id),
     'entries', (select count(*) from entries where user_id = u.id and deleted_at is null))::text as user
   from users u join journals j on j.user_id = u.id
   order by u.email collate "C"`,
);

/** Sets a password whatever the old one was. */
export const operatorSetPassword = count<[userId: string, passwordHash: string]>(
  'operator_set_password',
  'update users set password_hash = $2 where id = $1',
);
