-- One of each kind of object, for the description of a schema.
create type level as enum ('low', 'high');
create domain short as text not null default 'x' constraint short_length check (char_length(value) < 10);
create type pair as (a int, b text collate "C");
create type span as range (subtype = int);
create table parent (
  id     bigint generated always as identity primary key,
  n      numeric(5, 2) default 1.5 check (n between 0 and 10),
  twice  numeric generated always as (n * 2) stored,
  text   text collate "C" not null,
  at     timestamptz(3) default now() check (at > '2000-01-01 00:00+02'),
  gap    interval default '1 day 2 hours',
  level  level default 'low',
  short  short,
  kinds  text check (kinds in ('a', 'b')),
  constraint parent_key unique nulls not distinct (text, level)
) with (fillfactor = 50);
create unlogged table child (
  id        serial,
  parent_id bigint references parent on delete cascade deferrable,
  x         int not null,
  exclude using gist (int4range(x, x + 1) with &&)
);
alter table child alter x set statistics 100, add constraint late check (x > 0) not valid;
create table parts (a int, b int) partition by range (a);
create table parts_1 partition of parts for values from (1) to (5);
create index part_idx on parts (b desc nulls last) include (a) where b > 3;
create view narrow as
  select id, text, case when n > 1 then 'a.b' end as "case" from parent where text like 'a%';
create view wide as
  select p.id, c.x from parent p join child c on c.parent_id = p.id
  where exists (select from parts where a = c.x);
create materialized view counts as select text, count(*) from parent group by text;
create function plus(a int, b int default 1) returns int
  language plpgsql
  as $$ begin return a + b; end $$;
create function day(at timestamptz) returns date
  immutable
  return (at at time zone 'UTC' - make_interval(mins => 3))::date;
create function body(v int) returns int
  begin atomic
    select case when v > 1 then 2 else 3 end;
    select v + x from child limit 1;
  end;
create function touched() returns trigger
  language plpgsql set search_path = public
  as $$ begin return new; end $$;
create procedure nothing() language sql as 'select 1';
create aggregate sums (int) (sfunc = int4pl, stype = int);
create trigger touch before update of text on parent
  for each row when (old.text is distinct from new.text) execute function touched();
create sequence odd start 5 increment 2 maxvalue 99 cycle;
create rule twice as on insert to child do also (select 1; select 2);
alter table parent enable row level security;
create policy own on parent for select to public using (text = 'a');
grant select on parent to public;
grant update (text) on parent to public;
revoke execute on function plus from public;
comment on table parent is 'a table';
comment on column parent.text is 'a column';
create statistics parent_stats on text, n from parent;
create operator === (leftarg = int, rightarg = int, function = int4eq);
