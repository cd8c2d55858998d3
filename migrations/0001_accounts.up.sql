-- Version 7 of RFC 9562 §5.7, written out because PostgreSQL 15 to 17 have no uuidv7(): one definition gives
-- the same ids on every supported server. 48 bits of Unix milliseconds, then 12 of their fraction (§6.2,
-- method 3), so that ids made one after the other sort that way, then random bits.
create function uuid_v7() returns uuid
  language sql volatile parallel safe
  as $$
    select encode(
      overlay(uuid_send(gen_random_uuid()) placing
              substring(int8send(us / 1000) from 3) || substring(int8send(28672 + us % 1000 * 4096 / 1000) from 7)
              from 1 for 8),
      'hex')::uuid
    from (select (extract(epoch from clock_timestamp()) * 1000000)::bigint as us) as now
  $$;

create table users (
  id            uuid           not null default uuid_v7(),
  email         text           not null,
  name          text           not null default '',
  password_hash text           not null,
  created_at    timestamptz(3) not null default now(),
  constraint users_pkey primary key (id),
  constraint users_email_key unique (email),
  constraint users_email_length check (char_length(email) between 3 and 320),
  constraint users_name_length check (char_length(name) <= 200)
);

-- One row per diary. Every write to the diary raises `revision` in the same statement: that row lock
-- puts the writes of one person in order, and `revision` is the key of every cache and the ETag of lists.
-- The rules that decide an entry's day live here and not in `users`, because the UPDATE that takes the
-- lock also returns them as they are after any wait (fillfactor: these updates should stay HOT).
create table journals (
  user_id           uuid     not null,
  revision          bigint   not null default 0,
  time_zone         text     not null default 'UTC',
  day_start_minutes smallint not null default 0,
  constraint journals_pkey primary key (user_id),
  constraint journals_user_fkey foreign key (user_id) references users (id) on delete cascade,
  constraint journals_time_zone_length check (char_length(time_zone) between 1 and 64),
  constraint journals_day_start_range check (day_start_minutes between 0 and 720)
) with (fillfactor = 50);

-- Sessions of people and personal access tokens of programs: one table, so that one look-up by hash
-- answers who is asking. Only the SHA-256 of the whole token is kept.
create table sessions (
  user_id      uuid           not null,
  id           uuid           not null default uuid_v7(),
  kind         text           not null,
  token_hash   bytea          not null,
  name         text           not null default '',
  scopes       text[]         not null default '{}',
  created_at   timestamptz(3) not null default now(),
  last_used_at timestamptz(3),
  expires_at   timestamptz(3),
  ip           text,
  user_agent   text,
  constraint sessions_pkey primary key (user_id, id),
  constraint sessions_user_fkey foreign key (user_id) references users (id) on delete cascade,
  constraint sessions_token_hash_key unique (token_hash),
  constraint sessions_token_hash_length check (octet_length(token_hash) = 32),
  constraint sessions_kind_known check (kind in ('session', 'token')),
  constraint sessions_name_length check (char_length(name) <= 100),
  constraint sessions_scopes_known check (
    scopes <@ '{entries:read,entries:write,insights:read,export,webhooks,account}'::text[]
  )
);

-- Tokens that stopped working, or work otherwise than before. Nodes remember who is behind a token and read
-- this list instead of asking for each token again; whoever changes `sessions`, by whatever statement, is in it.
-- By hash and not by user: it outlives an account that was deleted.
create table revocations (
  at         timestamptz not null default clock_timestamp(),
  token_hash bytea       not null,
  constraint revocations_pkey primary key (at, token_hash)
);

-- As the owner of the list, which nobody else needs to be able to write.
create function note_revocation() returns trigger
  language plpgsql security definer set search_path from current
  as $$
    begin
      insert into revocations (token_hash) values (old.token_hash) on conflict do nothing;
      return null;
    end
  $$;

create trigger sessions_deleted after delete on sessions
  for each row execute function note_revocation();

create trigger sessions_changed after update of user_id, id, kind, token_hash, scopes, expires_at on sessions
  for each row execute function note_revocation();

-- What happened to an account, for its owner to read.
create table account_events (
  user_id uuid           not null,
  id      uuid           not null default uuid_v7(),
  at      timestamptz(3) not null default now(),
  type    text           not null,
  ip      text,
  detail  jsonb          not null default '{}',
  constraint account_events_pkey primary key (user_id, id),
  constraint account_events_user_fkey foreign key (user_id) references users (id) on delete cascade,
  constraint account_events_type_length check (char_length(type) between 1 and 50)
);
