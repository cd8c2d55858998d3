#!/usr/bin/env node
import { daymarkProgram } from './cli/commands.ts';
import { run } from './cli/program.ts';

process.exitCode = await run(daymarkProgram(), process.argv.slice(2));
