-- When somebody failed to sign in, by what they tried: a hash of the e-mail address, or a client address.
-- The list of times in one row makes the count exact: an attempt adds itself under the row's lock, and only
-- where there is room for it.
create table login_failures (
  key text          not null,
  at  timestamptz[] not null,
  constraint login_failures_pkey primary key (key),
  constraint login_failures_key_length check (char_length(key) between 1 and 100)
);
