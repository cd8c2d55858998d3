drop index entries_by_import;
