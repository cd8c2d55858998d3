#!/usr/bin/env node
import { makeProgram, run } from './cli/program.ts';
import { backupUsage, restoreUsage } from './cli/usage/backup.ts';
import { completionUsage } from './cli/usage/completion.ts';
import { distributeUsage } from './cli/usage/distribute.ts';
import { doctorUsage } from './cli/usage/doctor.ts';
import { logUsage } from './cli/usage/log.ts';
import { migrateUsage } from './cli/usage/migrate.ts';
import { openapiUsage } from './cli/usage/openapi.ts';
import { serveUsage } from './cli/usage/serve.ts';
import { tokenUsage } from './cli/usage/token.ts';
import { exportUsage, importUsage } from './cli/usage/transfer.ts';
import { userUsage } from './cli/usage/user.ts';
import { workUsage } from './cli/usage/work.ts';

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

process.exitCode = await run(program, process.argv.slice(2));
