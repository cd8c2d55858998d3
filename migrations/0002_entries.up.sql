-- "Blank" is nothing but characters of Unicode's White_Space property. The list is written out because
-- PostgreSQL's own \s depends on the database's locale.
create function is_blank(value text) returns boolean
  language sql immutable parallel safe
  return btrim(value, U&'\0009\000A\000B\000C\000D\0020\0085\00A0\1680\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A\2028\2029\202F\205F\3000') = '';

-- The calendar day that the wall clock of `at` in `time_zone` shows after taking off `day_start_minutes`.
-- PostgreSQL reads CET, EET, MET and WET as abbreviations with a fixed offset before it looks for the
-- IANA zones of those names, which have summer time: they are given by the zones they link to.
create function local_day(at timestamptz, time_zone text, day_start_minutes integer) returns date
  language sql immutable parallel safe
  return ((at at time zone case upper(time_zone collate "C")
      when 'CET' then 'Europe/Brussels'
      when 'MET' then 'Europe/Brussels'
      when 'EET' then 'Europe/Athens'
      when 'WET' then 'Europe/Lisbon'
      else time_zone
    end) - make_interval(mins => day_start_minutes))::date;

create function valid_tags(tags text[]) returns boolean
  language sql immutable parallel safe
  return cardinality(tags) <= 32
    and array_ndims(tags) = 1
    and (select bool_and(tag is not null and char_length(tag) between 1 and 50 and not is_blank(tag))
           and count(distinct tag) = cardinality(tags)
         from unnest(tags) tag);

create function valid_measures(measures jsonb) returns boolean
  language sql immutable parallel safe
  return jsonb_typeof(measures) = 'object'
    and (select count(*) <= 32 and bool_and(
           key ~ '^[a-z][a-z0-9_]{0,39}$' and jsonb_typeof(value) in ('number', 'boolean'))
         from jsonb_each(measures));

-- The owner as a word of the search document.
create function owner_word(user_id uuid) returns tsvector
  language sql immutable parallel safe
  return array_to_tsvector(array['=' || user_id::text]);

create table entries (
  user_id    uuid           not null,
  id         uuid           not null default uuid_v7(),
  text       text           not null default '',
  mood       smallint,
  category   text           not null default 'general',
  tags       text[]         not null default '{}',
  measures   jsonb          not null default '{}',
  at         timestamptz(3) not null,
  time_zone  text           not null,
  local_day  date           not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  version    integer        not null default 1,
  deleted_at timestamptz(3),
  -- The words of text (weight D), category (B) and tags (A), folded by the program, and the owner as a word of
  -- its own that no text can hold: so one index finds one person's words, whatever all others write.
  search     tsvector       not null,
  constraint entries_pkey primary key (user_id, id),
  constraint entries_journal_fkey foreign key (user_id) references journals (user_id) on delete cascade,
  constraint entries_text_length check (char_length(text) <= 20000),
  constraint entries_mood_range check (mood between 1 and 10),
  constraint entries_category_length check (char_length(category) between 1 and 50),
  constraint entries_category_not_blank check (not is_blank(category)),
  constraint entries_tags_valid check (tags = '{}' or valid_tags(tags)),
  constraint entries_measures_valid check (measures = '{}' or valid_measures(measures)),
  constraint entries_not_empty check (mood is not null or measures <> '{}' or not is_blank(text)),
  constraint entries_at_not_before_1900 check (at >= '1900-01-01 00:00:00+00'),
  -- Against updated_at and not the clock, so that a row once true stays true in a restored copy.
  constraint entries_at_not_in_future check (at <= updated_at + interval '24 hours'),
  constraint entries_time_zone_length check (char_length(time_zone) between 1 and 64),
  constraint entries_version_positive check (version >= 1)
);

-- Pages by keyset, both directions: the live diary and the trash.
create index entries_by_at on entries (user_id, at, id) where deleted_at is null;
create index entries_trashed_by_at on entries (user_id, at, id) where deleted_at is not null;
create index entries_by_word on entries using gin (search);
