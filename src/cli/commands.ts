import type { Command } from 'commander';
import { makeProgram } from './program.ts';
import { backupUsage, restoreUsage } from './usage/backup.ts';
import { completionUsage } from './usage/completion.ts';
import { distributeUsage } from './usage/distribute.ts';
import { doctorUsage } from './usage/doctor.ts';
import { logUsage } from './usage/log.ts';
import { migrateUsage } from './usage/migrate.ts';
import { openapiUsage } from './usage/openapi.ts';
import { serveUsage } from './usage/serve.ts';
import { tokenUsage } from './usage/token.ts';
import { exportUsage, importUsage } from './usage/transfer.ts';
import { userUsage } from './usage/user.ts';
import { workUsage } from './usage/work.ts';

/** The command line with all its commands, made anew: what a call parses stays in it. */
export function daymarkProgram(): Command {
  const program = makeProgram();
  serveUsage(program);
  workUsage(program);
  migrateUsage(program);
  userUsage(program);
  tokenUsage(program);
  logUsage(program);
  importUsage(program);
  exportUsage(program);
  backupUsage(program);
  restoreUsage(program);
  doctorUsage(program);
  distributeUsage(program);
  openapiUsage(program);
  completionUsage(program);
  return program;
}
