create or replace function valid_tags(tags text[]) returns boolean
  language plpgsql immutable parallel safe set search_path from current
  as $$
  declare
    tag text;
  begin
    if array_ndims(tags) is distinct from 1 or cardinality(tags) > 32 then
      return false;
    end if;
    foreach tag in array tags loop
      if tag is null or char_length(tag) not between 1 and 50 or is_blank(tag)
         or cardinality(array_positions(tags, tag)) > 1 then
        return false;
      end if;
    end loop;
    return true;
  end
  $$;

create or replace function valid_measures(measures jsonb) returns boolean
  language sql immutable parallel safe
  return jsonb_typeof(measures) = 'object'
    and jsonb_array_length(jsonb_path_query_array(measures, 'strict $.*')) <= 32
    and not jsonb_path_exists(measures, 'strict $.* ? (@.type() != "number" && @.type() != "boolean")')
    and not jsonb_path_exists(measures, 'strict $.keyvalue() ? (!(@.key like_regex "^[a-z][a-z0-9_]{0,39}$"))');
