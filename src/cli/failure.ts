import { accountConstraints } from '../accounts/constraints.ts';
import { databaseFault } from '../db/errors.ts';
import { exitCodes } from '../exit.ts';
import { Problem } from '../http/problem.ts';

/** Tells the person at the terminal in one line why a command ended, and gives its exit code. */
export function reportFailure(error: unknown): number {
  const { message, exitCode } = explain(error);
  process.stderr.write(`daymark: ${message}\n`);
  return exitCode;
}

function explain(error: unknown): { message: string; exitCode: number } {
  const message = error instanceof Error ? error.message : String(error);
  const fault = databaseFault(error, accountConstraints);
  if (fault?.kind === 'unavailable') {
    const exitCode = exitCodes.databaseUnreachable;
    return { message: `the database cannot be reached: ${message}`, exitCode };
  }
  if (fault?.kind === 'constraint') return { message: fault.meaning.detail, exitCode: exitCodes.failed };
  if (error instanceof Problem) return explainProblem(error);
  return { message, exitCode: (error as { exitCode?: number }).exitCode ?? exitCodes.failed };
}

/** A refused value is a wrong use of the command; anything else that is refused is a failure. */
function explainProblem({ errors = [], message, status }: Problem): { message: string; exitCode: number } {
  const members = errors.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`.trim());
  return {
    message: members.length === 0 ? message : members.join('; '),
    exitCode: status === 422 ? exitCodes.usage : exitCodes.failed,
  };
}
