import { instantText } from '../db/instant.ts';

/** The row is the response: an entry of alias `e` as JSON text, members as in the contract. */
export const entryJson = entryJsonWith('');

/** The same with `deleted_at`, which only the list of the trash shows. */
export const trashedEntryJson = entryJsonWith(`, 'deleted_at', ${instantText('e.deleted_at')}`);

function entryJsonWith(more: string): string {
  return `json_build_object('id', e.id, 'text', e.text, 'mood', e.mood, 'category', e.category, 'tags', e.tags,
    'measures', e.measures, 'at', ${instantText('e.at')}, 'time_zone', e.time_zone, 'local_day', e.local_day,
    'created_at', ${instantText('e.created_at')}, 'updated_at', ${instantText('e.updated_at')}, 'version', e.version${more})::text`;
}
