import { ConfigError, loadConfig, type Config } from '../config.ts';
import { exitCodes, StartError } from '../exit.ts';

/** The configuration of this process; what is wrong with it ends the command with one line and exit code 78. */
export function settings(): { config: Config; notes: string[] } {
  try {
    return loadConfig(process.env, process.cwd(), process.stdout.isTTY);
  } catch (error) {
    if (error instanceof ConfigError) throw new StartError(error.message, exitCodes.configuration);
    throw error;
  }
}
