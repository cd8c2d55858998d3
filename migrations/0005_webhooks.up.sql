-- once: bdf791d421673de2782673ec180ca6579c2fcf07ded3b94a2d20a94a3a57de77
create table webhooks (
  user_id          uuid           not null,
  id               uuid           not null default uuid_v7(),
  url              text           not null,
  description      text           not null default '',
  events           text[]         not null,
  active           boolean        not null default true,
  -- Encrypted with the installation's key. The one before the last rotation signs too, for a day.
  secret           bytea          not null,
  old_secret       bytea,
  old_secret_until timestamptz,
  -- The circuit breaker, here so that it holds on every node: failed attempts in a row, until when first attempts
  -- wait, and how many deliveries may be in hand at once.
  failures         integer        not null default 0,
  open_until       timestamptz,
  most_in_hand     smallint       not null default 4,
  created_at       timestamptz(3) not null default now(),
  constraint webhooks_pkey primary key (user_id, id),
  constraint webhooks_user_fkey foreign key (user_id) references users (id) on delete cascade,
  constraint webhooks_url_length check (char_length(url) between 1 and 2000),
  constraint webhooks_description_length check (char_length(description) <= 200),
  constraint webhooks_events_known check (
    cardinality(events) >= 1
    and events <@ '{entry.created,entry.updated,entry.deleted,entry.restored,import.finished,ping}'::text[]
  ),
  constraint webhooks_old_secret_ends check ((old_secret is null) = (old_secret_until is null))
);

-- What is to be sent, written in the transaction of the change, and what came of it. Those that wait for an attempt
-- have a next_attempt_at; one that a worker has in hand is claimed until its attempt must be over.
create table deliveries (
  user_id         uuid           not null,
  id              uuid           not null default uuid_v7(),
  webhook_id      uuid           not null,
  event           text           not null,
  body            text           not null,
  state           text           not null default 'pending',
  attempts        jsonb          not null default '[]',
  tries           integer        not null default 0,
  next_attempt_at timestamptz    default now(),
  claimed_until   timestamptz,
  created_at      timestamptz(3) not null default now(),
  constraint deliveries_pkey primary key (user_id, id),
  constraint deliveries_webhook_fkey foreign key (user_id, webhook_id)
    references webhooks (user_id, id) on delete cascade,
  constraint deliveries_state_known check (state in ('pending', 'succeeded', 'failed', 'exhausted')),
  constraint deliveries_end check (next_attempt_at is null or state in ('pending', 'failed'))
);

create index deliveries_by_webhook on deliveries (user_id, webhook_id, id);
create index deliveries_waiting on deliveries (user_id, webhook_id, next_attempt_at) where next_attempt_at is not null;
create index deliveries_by_age on deliveries (created_at);

-- Puts a job into the queue for each of these webhooks; those that wait already are one with it. It acts as its
-- owner, since the queue's tables are nobody's in particular.
create function wake_webhooks(owner uuid, ids uuid[]) returns void
  language plpgsql volatile security definer set search_path = pg_catalog
  as $$
  begin
    perform graphile_worker.add_jobs(array(
      select row('deliver', json_build_object('user_id', owner, 'webhook_id', id), null, null, 25,
                 concat('deliver ', owner, ' ', id), null, null)::graphile_worker.job_spec
      from unnest(ids) id order by id));
  end
  $$;

-- Writes what happened for every active webhook that asked for it, and wakes the workers: all in the transaction,
-- and in the statement, of the change itself. `data` is JSON text.
create function announce(owner uuid, kind text, data text) returns void
  language plpgsql volatile
  as $$
  declare
    asked uuid[];
  begin
    with written as (
      insert into deliveries (user_id, webhook_id, event, body)
      select w.user_id, w.id, kind,
             concat('{"type":"', kind, '","timestamp":"',
                    to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                    '","data":', data, '}')
      from webhooks w
      where w.user_id = owner and w.active and kind = any (w.events)
      returning webhook_id
    )
    select array_agg(webhook_id) into asked from written;
    if asked is not null then
      perform wake_webhooks(owner, asked);
    end if;
  end
  $$;

-- How many webhooks somebody has: the statement that writes an entry reads it under the lock that it takes anyway,
-- so that who has none pays nothing for them. The check is the limit, and decided here. Last, since a sign-up locks users,
-- which the new tables refer to, before journals: the other way round one of the two would lose a deadlock.
alter table journals
  add column webhooks smallint not null default 0,
  add constraint journals_webhooks_limit check (webhooks between 0 and 50);
