import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Makes what is to lie in `folder` once for all test processes of a run: the one that comes first makes the folder and
 * fills it, the others wait for what that one says at its end. Gives the folder.
 */
export async function oncePerRun(folder: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const [filled, failed] = [`${folder}.filled`, `${folder}.failed`];
  try {
    mkdirSync(folder);
  } catch {
    while (!existsSync(filled) && !existsSync(failed)) await sleep(50);
    if (existsSync(failed)) throw new Error(`${folder} could not be filled: another test file says why`);
    return folder;
  }
  try {
    await fill(folder);
    writeFileSync(filled, '');
    return folder;
  } catch (error) {
    writeFileSync(failed, '');
    throw error;
  }
}
