/** An instant of the contract from a timestamptz column: UTC with milliseconds. */
export const instant = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The row is the response: an entry of alias `e` as JSON text, members as in the contract. */
export const entryJson = entryJsonWith('');

/** The same with `deleted_at`, which only the list of the trash shows. */
export const trashedEntryJson = entryJsonWith(`, 'deleted_at', ${instant('e.deleted_at')}`);

function entryJsonWith(more: string): string {
  return `json_build_object('id', e.id, 'text', e.text, 'mood', e.mood, 'category', e.category, 'tags', e.tags,
    'measures', e.measures, 'at', ${instant('e.at')}, 'time_zone', e.time_zone, 'local_day', e.local_day,
    'created_at', ${instant('e.created_at')}, 'updated_at', ${instant('e.updated_at')}, 'version', e.version${more})::text`;
}
