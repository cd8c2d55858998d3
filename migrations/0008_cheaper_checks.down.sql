create or replace function valid_tags(tags text[]) returns boolean
  language sql immutable parallel safe
  return cardinality(tags) <= 32
    and array_ndims(tags) = 1
    and (select bool_and(tag is not null and char_length(tag) between 1 and 50 and not is_blank(tag))
           and count(distinct tag) = cardinality(tags)
         from unnest(tags) tag);

create or replace function valid_measures(measures jsonb) returns boolean
  language sql immutable parallel safe
  return jsonb_typeof(measures) = 'object'
    and (select count(*) <= 32 and bool_and(
           key ~ '^[a-z][a-z0-9_]{0,39}$' and jsonb_typeof(value) in ('number', 'boolean'))
         from jsonb_each(measures));
