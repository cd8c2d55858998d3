create or replace function wake_webhooks(owner uuid, ids uuid[]) returns void
  language plpgsql volatile security definer set search_path = pg_catalog
  as $$
  begin
    perform graphile_worker.add_jobs(array(
      select row('deliver', json_build_object('user_id', owner, 'webhook_id', id), null, null, 25,
                 concat('deliver ', owner, ' ', id), null, null)::graphile_worker.job_spec
      from unnest(ids) id order by id));
  end
  $$;
