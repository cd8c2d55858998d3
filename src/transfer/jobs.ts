import type { Database } from '../db/connect.ts';
import { defineJob, handle, type Handler } from '../jobs/job.ts';
import { runImport, type OnEnd } from './run-import.ts';
import { undoImport } from './undo-import.ts';

interface ImportPayload {
  user_id: string;
  import_id: string;
}

export const importJob = defineJob<ImportPayload>('run_import');
export const undoJob = defineJob<ImportPayload>('undo_import');

/** The jobs of imports; `onEnd` hears of each that has ended. */
export function transferJobs(db: Database, onEnd: OnEnd): Handler[] {
  return [
    handle(importJob, ({ user_id: userId, import_id: id }, { signal }) =>
      runImport(db, userId, id, { signal, onEnd }),
    ),
    handle(undoJob, ({ user_id: userId, import_id: id }, { signal }) => undoImport(db, userId, id, signal)),
  ];
}
