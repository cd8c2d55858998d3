-- no-transaction
-- A build that was broken off leaves an invalid index, which IF NOT EXISTS alone would take for the real one.
drop index concurrently if exists deliveries_exhausted;
create index concurrently deliveries_exhausted on deliveries (created_at) where state = 'exhausted';
