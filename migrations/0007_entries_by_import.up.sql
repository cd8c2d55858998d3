-- no-transaction
-- A build that was broken off leaves an invalid index, which IF NOT EXISTS alone would take for the real one.
drop index concurrently if exists entries_by_import;
create index concurrently entries_by_import on entries (user_id, import_id) where import_id is not null;
