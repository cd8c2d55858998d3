-- once: 0dc2e643e2ef5a01e09e0ccf23c9a94246cb0edab62f6d66ff80ff9ae28bb13c
-- Files that people brought, and what became of each: rows with a state, so that progress, history and retry show.
create table imports (
  user_id        uuid           not null,
  id             uuid           not null default uuid_v7(),
  format         text           not null,
  state          text           not null default 'queued',
  dry_run        boolean        not null,
  mood_map       jsonb          not null,
  -- The diary's zone when the file came: it reads times without one, and a resumed import must read them alike.
  time_zone      text           not null,
  content_hash   bytea          not null,
  total          integer,
  -- Rows of the file that are dealt with. Each batch of entries moves it in its own transaction, so it is also
  -- the place from where an import goes on after a crash.
  done           integer        not null default 0,
  created        integer        not null default 0,
  skipped        integer        not null default 0,
  errors         jsonb          not null default '[]',
  error_count    integer        not null default 0,
  unmapped_moods jsonb          not null default '[]',
  left_out       jsonb          not null default '{}',
  -- How often it was begun since it last got on: a file that brings its reader down must not do so for ever.
  attempts       integer        not null default 0,
  created_at     timestamptz(3) not null default now(),
  finished_at    timestamptz(3),
  constraint imports_pkey primary key (user_id, id),
  constraint imports_user_fkey foreign key (user_id) references users (id) on delete cascade,
  constraint imports_state_known check (
    state in ('queued', 'running', 'finished', 'failed', 'cancelled', 'undone')
  ),
  constraint imports_content_hash_length check (octet_length(content_hash) = 32)
);

-- The file of an import while it is needed: in the database, so that any node can go on with it. Packed files
-- do not shrink, so PostgreSQL need not try.
create table import_chunks (
  user_id   uuid    not null,
  import_id uuid    not null,
  position  integer not null,
  data      bytea   not null,
  constraint import_chunks_pkey primary key (user_id, import_id, position),
  constraint import_chunks_import_fkey foreign key (user_id, import_id)
    references imports (user_id, id) on delete cascade
);
alter table import_chunks alter column data set storage external;

-- What made an entry, and at which version: undoing an import takes what is still as it came. The index over it comes in
-- the next file: made here, nobody could write or read an entry for as long as the whole table is looked through.
alter table entries add column import_id uuid, add column import_version integer;
