import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, stop } from './checkout.js';

// A directory with one empty file per process that works under it, named by process id. It lies in dist/
// because `npm ci` empties node_modules, and because git already ignores dist/.
const lock = `${root}dist/.lock`;
const pollMs = 250;
// A holder touches the lock every second, so 15 s without a change mean that its process id now belongs to
// a stranger. Counted in polls: after a laptop slept, the holder must not be taken for dead by the clock.
const silentPolls = 60;

/** Runs `work` while no other process installs or builds this checkout, and gives what it gives. */
export async function exclusively(work) {
  await acquire();
  const release = () => discard(lock);
  const beat = setInterval(touch, 1000);
  process.on('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off('exit', release);
    release();
  }
}

/** Keeps the lock held while a child process lives, even when this process is killed before it. */
export function shareLock(childPid) {
  writeFileSync(`${lock}/${childPid}`, '');
}

async function acquire() {
  let before = 0;
  for (let waits = 0, silent = 0; !take();) {
    const { changed, holders } = look();
    silent = changed === before ? silent + 1 : 0;
    before = changed;
    if (!holders.some(isAlive) || silent >= silentPolls) discardIf(holders);
    else {
      if (waits++ === 0) console.error(`Waiting for process ${holders[0]} to install or build Daymark …`);
      await sleep(pollMs);
    }
  }
}

/** Tries once. The lock appears together with its content: renaming onto a directory in use fails. */
function take() {
  const mine = prepare();
  try {
    renameSync(mine, lock);
    return true;
  } catch (error) {
    rmSync(mine, { recursive: true });
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) return false;
    throw error;
  }
}

function prepare() {
  try {
    mkdirSync(`${root}dist`, { recursive: true });
    const mine = mkdtempSync(`${lock}-`);
    writeFileSync(`${mine}/${process.pid}`, '');
    return mine;
  } catch (error) {
    const reason = `cannot write to ${root} (${error.code})`;
    stop(`Daymark must be installed or built first, but ${reason}. Run bin/setup as the owner of it.`, 1);
  }
}

function look() {
  try {
    return { changed: statSync(lock).mtimeMs, holders: readdirSync(lock) };
  } catch {
    return { changed: 0, holders: [] };
  }
}

function isAlive(pid) {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Removes the lock of dead processes, unless another waiter did so before and has taken it since. */
function discardIf(holders) {
  if (holders.length > 0 && String(look().holders) === String(holders)) discard(lock);
}

function touch() {
  try {
    utimesSync(lock, new Date(), new Date());
  } catch {
    // Removed by a person: the work goes on, and its result is checked by whoever needs it next.
  }
}

/** Moved aside first: emptied in place, it would for a moment be there for the taking. */
function discard(directory) {
  const aside = `${directory}-${process.pid}-old`;
  try {
    renameSync(directory, aside);
    rmSync(aside, { recursive: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
