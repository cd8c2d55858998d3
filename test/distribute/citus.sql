-- A stand-in for the extension citus: it moves no row, but refuses what the documentation of Citus says that it
-- refuses (Creating and Modifying Distributed Objects; SQL Support and Workarounds), by what stands in the catalogue.
set allow_system_table_mods = on;
insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
select 4000000000, 'citus', oid, 'pg_catalog'::regnamespace, false, 'stand-in' from pg_roles where rolname = current_user;
reset allow_system_table_mods;

create schema stand_in;
create table stand_in.placed (
  relation regclass primary key,
  kind     text not null,
  col      text,
  family   integer,
  cleaned  boolean not null default false
);

create view citus_tables as
select relation as table_name, kind as citus_table_type, col as distribution_column, family as colocation_id
from stand_in.placed;

create function stand_in.kind_of(asked oid) returns text language sql stable
  return coalesce((select kind from stand_in.placed where relation = asked), 'local');

-- Raises what is wrong with a table at this place.
create function stand_in.examine(asked regclass) returns void language plpgsql as $$
  declare
    me stand_in.placed;
    broken text;
  begin
    select * into me from stand_in.placed where relation = asked;
    if me is null then
      return;
    end if;
    select tgname into broken from pg_trigger where tgrelid = asked and not tgisinternal;
    if found then
      raise exception 'triggers are not supported on % tables: %', me.kind, broken;
    end if;
    if me.kind = 'distributed' then
      select i.indexrelid::regclass::text into broken from pg_index i
      where i.indrelid = asked and (i.indisunique or i.indisexclusion) and not exists (
        select from pg_attribute a
        where a.attrelid = asked and a.attname = me.col and a.attnum = any (i.indkey::smallint[]));
      if found then
        raise exception 'cannot create constraint on "%": % does not include the distribution column', asked, broken;
      end if;
    end if;
    select f.conname into broken from pg_constraint f
    left join stand_in.placed other on other.relation = f.confrelid
    where f.contype = 'f' and f.conrelid = asked and case me.kind
      when 'reference' then coalesce(other.kind, 'local') = 'distributed'
      else other.kind is distinct from 'reference' and (
        other.family is distinct from me.family
        or not exists (
          select from unnest(f.conkey, f.confkey) pair (mine, theirs)
          join pg_attribute a on a.attrelid = asked and a.attnum = pair.mine and a.attname = me.col
          join pg_attribute b on b.attrelid = f.confrelid and b.attnum = pair.theirs and b.attname = other.col))
      end;
    if found then
      raise exception 'cannot create foreign key constraint % since relations are not colocated or not referencing a reference table', broken;
    end if;
    select f.conname into broken from pg_constraint f
    where f.contype = 'f' and f.confrelid = asked and me.kind = 'distributed'
      and stand_in.kind_of(f.conrelid) <> 'distributed';
    if found then
      raise exception 'foreign keys from reference tables and local tables to distributed tables are not supported: %', broken;
    end if;
  end
  $$;

create function create_reference_table(table_name regclass) returns void language plpgsql as $$
  begin
    insert into stand_in.placed values (table_name, 'reference');
    perform stand_in.examine(table_name);
  end
  $$;

create function create_distributed_table(
  table_name regclass, distribution_column text, distribution_type text default 'hash', colocate_with text default 'default'
) returns void language plpgsql as $$
  declare
    with_family integer;
  begin
    if current_setting('citus.multi_shard_modify_mode', true) is distinct from 'sequential' then
      raise exception 'cannot distribute relation % in this transaction: a parallel operation on a reference table', table_name;
    end if;
    if colocate_with = 'none' then
      select coalesce(max(family), 0) + 1 into with_family from stand_in.placed;
    else
      select p.family into with_family from stand_in.placed p
      join pg_attribute a on a.attrelid = p.relation and a.attname = p.col
      join pg_attribute b on b.attrelid = table_name and b.attname = distribution_column and b.atttypid = a.atttypid
      where p.relation = colocate_with::regclass and p.kind = 'distributed';
      if with_family is null then
        raise exception 'cannot colocate tables % and %', colocate_with, table_name;
      end if;
    end if;
    insert into stand_in.placed values (table_name, 'distributed', distribution_column, with_family);
    perform stand_in.examine(table_name);
  end
  $$;

create function truncate_local_data_after_distributing_table(table_name regclass) returns void language plpgsql as $$
  begin
    update stand_in.placed set cleaned = true where relation = table_name and kind = 'distributed';
    if not found then
      raise exception 'supplied parameter is not a distributed relation: %', table_name;
    end if;
    if exists (select from pg_constraint f where f.contype = 'f' and f.confrelid = table_name
                 and stand_in.kind_of(f.conrelid) = 'local') then
      raise exception 'cannot truncate a table referenced in a foreign key constraint by a local table';
    end if;
  end
  $$;

-- What is altered later keeps to the same rules.
create function stand_in.after_ddl() returns event_trigger language plpgsql as $$
  begin
    perform stand_in.examine(objid) from pg_event_trigger_ddl_commands() where object_type = 'table';
    perform stand_in.examine(f.confrelid) from pg_event_trigger_ddl_commands() c
      join pg_constraint f on f.contype = 'f' and f.conrelid = c.objid where c.object_type = 'table';
  end
  $$;
create event trigger stand_in_after_ddl on ddl_command_end when tag in ('ALTER TABLE')
  execute function stand_in.after_ddl();
