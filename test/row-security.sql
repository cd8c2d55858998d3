-- Row level security over the migrated schema, for runs under TEST_ROW_SECURITY=1; may run again.
-- The tables come from the catalogue, so that a new one cannot be forgotten: each with a column `user_id`,
-- and each that such a column refers to by another name (users.id).
--
-- The role owns nothing and may touch nothing else. A row of another owner does not exist for it, and one
-- cannot be written for another. Without `daymark.user_id` every statement fails, rather than finding
-- nothing. The owner of the tables is not bound: migrations, foreign keys and operators' statements act as it.
do $$
begin
  -- Another run on the same server may make it at the same moment.
  create role daymark_app nologin;
exception
  when duplicate_object or unique_violation then null;
end
$$;

do $$
declare
  owned record;
begin
  if not pg_has_role(current_user, 'daymark_app', 'member') then
    execute format('grant daymark_app to %I', current_user);
  end if;

  for owned in
    with direct as (
      select a.attrelid as id, a.attname as owner
      from pg_attribute a join pg_class c on c.oid = a.attrelid
      where a.attname = 'user_id' and not a.attisdropped
        and c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
    )
    select id::regclass as name, owner from direct
    union
    select k.confrelid::regclass, referred.attname
    from direct
    join pg_constraint k on k.conrelid = direct.id and k.contype = 'f' and cardinality(k.conkey) = 1
    join pg_attribute referring on referring.attrelid = k.conrelid and referring.attnum = k.conkey[1]
    join pg_attribute referred on referred.attrelid = k.confrelid and referred.attnum = k.confkey[1]
    where referring.attname = direct.owner and referred.attname <> 'user_id'
  loop
    execute format('alter table %s enable row level security', owned.name);
    execute format('drop policy if exists owner_only on %s', owned.name);
    execute format(
      'create policy owner_only on %s to daymark_app using (%I = current_setting(''daymark.user_id'')::uuid)',
      owned.name, owned.owner);
    execute format('grant select, insert, update, delete on %s to daymark_app', owned.name);
  end loop;
end
$$;
