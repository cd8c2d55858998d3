import { assemble } from './config/assemble.ts';
import { contradictions, namesServer, remarks } from './config/combine.ts';
import { readEnvironment } from './config/environment.ts';
import { ConfigError } from './config/errors.ts';
import { readValues } from './config/read-values.ts';
import type { Config } from './config/shape.ts';
import { variables, type Values } from './config/variables.ts';

export type { Network } from './config/addresses.ts';
export { ConfigError, type ConfigProblem } from './config/errors.ts';
export type { Config, DatabaseConfig } from './config/shape.ts';
export { describeVariables, type VariableDescription } from './config/variables.ts';

/**
 * Reads the configuration from `env` and the `.env` of `cwd` (`env` wins; `X_FILE` reads the value of `X` from
 * a file) and freezes it; with `dotEnv` false `.env` is not read. `notes` are lines for the log. Throws a ConfigError
 * that lists every problem.
 */
export function loadConfig(
  env: NodeJS.ProcessEnv,
  cwd: string,
  isTerminal: boolean,
  { dotEnv = true }: { dotEnv?: boolean } = {},
): { config: Config; notes: string[] } {
  const { settings, problems: unreadable } = readEnvironment(Object.keys(variables), env, cwd, dotEnv);
  const { values: parsed, problems: wrong } = readValues(settings, cwd);
  // A variable that could not be read is missing from the settings, and would be missed a second time.
  const clashes = unreadable.length === 0 ? contradictions(settings) : [];
  const problems = [...unreadable, ...wrong, ...clashes];
  if (problems.length > 0) throw new ConfigError(problems);
  const config = assemble(parsed as Values, namesServer(settings), isTerminal);
  return { config, notes: remarks(settings, config) };
}
