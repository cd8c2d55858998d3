import type { Entry } from '../api/types.ts';

/** The entry that was deleted last, until the next one is, or until somebody is past it. */
export const undo = $state<{ entry: Entry | null }>({ entry: null });
