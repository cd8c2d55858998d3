-- What a keyed request was answered, in the transaction of its write, for a repeat of it within seven days.
-- The answer is encrypted: it may hold a secret that is shown once.
create table idempotency_keys (
  user_id    uuid        not null,
  operation  text        not null,
  key        text        not null,
  body_hash  bytea       not null,
  answer     bytea       not null,
  created_at timestamptz not null default now(),
  constraint idempotency_keys_pkey primary key (user_id, operation, key),
  constraint idempotency_keys_user_fkey foreign key (user_id) references users (id) on delete cascade,
  constraint idempotency_keys_key_length check (char_length(key) between 1 and 255)
);
