alter table entries drop column import_id, drop column import_version;
drop table import_chunks;
drop table imports;
