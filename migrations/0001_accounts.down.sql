drop table account_events;
drop table sessions;
drop table revocations;
drop function note_revocation();
drop table journals;
drop table users;
drop function uuid_v7();
