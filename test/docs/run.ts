import { execFile } from 'node:child_process';

/** What a program prints; fails with all that it said where it does not end well. */
export function output(
  program: string,
  args: string[],
  cwd: string,
  env: Record<string, string>,
): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env: { PATH, HOME, ...env } }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ended with ${error.code}: ${stdout}${stderr}`));
    });
  });
}
