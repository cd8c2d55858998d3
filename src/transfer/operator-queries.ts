import { count, first } from '../db/sql.ts';

export interface MovedAccount {
  user_id: string;
  time_zone: string;
  is_new: boolean;
}

/** Makes an account with the hash that it had elsewhere; where there is one with this e-mail, that stays as it is. */
export const operatorMoveAccount = first<
  [email: string, passwordHash: string, createdAt: string | null],
  MovedAccount
>(
  'operator_move_account',
  `with u as (
     insert into users (email, password_hash, created_at) values ($1, $2, coalesce($3::timestamptz, now()))
     on conflict (email) do nothing
     returning id
   ), j as (
     insert into journals (user_id) select id from u returning user_id, time_zone
   ), e as (
     insert into account_events (user_id, type) select id, 'account.registered' from u
   )
   select user_id, time_zone, true as is_new from j
   union all
   select u.id, j.time_zone, false from users u join journals j on j.user_id = u.id where u.email = $1`,
);

/** The account with this e-mail address, as one that was moved. */
export const operatorFindMoved = first<[email: string], MovedAccount>(
  'operator_find_moved',
  `select u.id as user_id, j.time_zone, false as is_new from users u join journals j on j.user_id = u.id
   where u.email = $1`,
);

/** Imports of one person go one after the other: they would wait for the same diary anyway. */
export const importQueue = (userId: string) => `import ${userId}`;

/**
 * Goes on with the imports whose file is here while no job has them in hand: a restored backup brings files and rows, and
 * not the queue. Those that are brought by a command have no file here.
 */
export const operatorWakeImports = count<[limit: number]>(
  'operator_wake_imports',
  `select graphile_worker.add_job('run_import', json_build_object('user_id', i.user_id, 'import_id', i.id),
     queue_name => '${importQueue('')}' || i.user_id, max_attempts => 25, job_key => 'import ' || i.id)
   from imports i
   where i.state in ('queued', 'running') and i.created_at < now() - interval '1 minute'
     and exists (select from import_chunks c where c.user_id = i.user_id and c.import_id = i.id and c.position = 0)
     and not exists (
       select from graphile_worker._private_jobs j where j.payload ->> 'import_id' = i.id::text)
   limit $1`,
);
