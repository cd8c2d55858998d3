drop table entries;
drop function owner_word(uuid);
drop function valid_measures(jsonb);
drop function valid_tags(text[]);
drop function local_day(timestamptz, text, integer);
drop function is_blank(text);
