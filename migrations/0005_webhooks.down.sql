drop function announce(uuid, text, text);
drop function wake_webhooks(uuid, uuid[]);
drop table deliveries;
drop table webhooks;
alter table journals drop constraint journals_webhooks_limit, drop column webhooks;
-- The queue of jobs makes its own tables, after the migrations; nothing below this version knows it.
drop schema if exists graphile_worker cascade;
