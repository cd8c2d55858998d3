-- A job that waits will find what this transaction writes: it is held until the commit, and workers pass over what
-- is held. So only webhooks without one get one, which costs several times as much as the look.
create or replace function wake_webhooks(owner uuid, ids uuid[]) returns void
  language plpgsql volatile security definer set search_path = pg_catalog
  as $$
  declare
    keys text[] := array(select concat('deliver ', owner, ' ', id) from unnest(ids) id);
    asleep uuid[];
  begin
    with held as (
      select j.key from graphile_worker._private_jobs j
      where j.key = any (keys) and j.locked_at is null and j.is_available and j.run_at <= now()
      for key share
    )
    select array_agg(id) into asleep
    from unnest(ids) id where concat('deliver ', owner, ' ', id) not in (select key from held);
    if asleep is not null then
      perform graphile_worker.add_jobs(array(
        select row('deliver', json_build_object('user_id', owner, 'webhook_id', id), null, null, 25,
                   concat('deliver ', owner, ' ', id), null, null)::graphile_worker.job_spec
        from unnest(asleep) id order by id));
    end if;
  end
  $$;
