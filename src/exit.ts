/** Exit codes of the executable (sysexits.h where one fits). */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 64,
  databaseUnreachable: 69,
  configuration: 78,
} as const;

/** A reason not to start: `message` is one plain line for the person at the terminal. */
export class StartError extends Error {
  exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.name = 'StartError';
    this.exitCode = exitCode;
  }
}
