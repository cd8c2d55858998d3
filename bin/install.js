import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isCheckout, root, stop } from './checkout.js';
import { exclusively } from './lock.js';
import { run } from './run.js';

const lockFile = `${root}package-lock.json`;
// npm writes this one at the end of an install, so its absence means none or half of one.
const installedFile = `${root}node_modules/.package-lock.json`;
const hashFile = `${root}node_modules/.daymark-lock-hash`;

// NODE_ENV=production would leave out the compiler, without which a checkout cannot start. No dependency
// needs its install script, and npm 11 runs none unless told to: so the result is the same everywhere.
const installFlags = ['--include=dev', '--ignore-scripts'];

/**
 * Installs what package-lock.json names, unless it is there. `needs` is a file below node_modules that the
 * caller is going to run: missing when development dependencies were left out. Ends the process on failure.
 */
export async function ensureInstalled(needs = '') {
  checkNode();
  if (!isCheckout || isInstalled(needs)) return;
  await exclusively(async () => {
    if (!isInstalled(needs)) await install();
  });
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  const found = `this is ${process.versions.node} (${process.execPath})`;
  stop(`Daymark needs Node.js 20.19 or newer, ${found}. Get a newer one from https://nodejs.org.`, 78);
}

function isInstalled(needs) {
  if (!existsSync(installedFile) || !existsSync(`${root}node_modules/${needs}`)) return false;
  if (existsSync(hashFile)) {
    if (readFileSync(hashFile, 'utf8') === lockHash()) return true;
    // `npm install` by hand leaves our old hash in place; then the times below decide.
    if (statSync(installedFile).mtimeMs <= statSync(hashFile).mtimeMs) return false;
  }
  return statSync(installedFile).mtimeMs >= statSync(lockFile).mtimeMs;
}

async function install() {
  console.error('Installing the packages of Daymark (the first time takes about a minute) …');
  const [command, ...args] = npm();
  const cache = ownCache();
  const cacheFlags = cache === null ? [] : ['--cache', cache];
  const flags = ['--no-audit', '--no-fund', ...installFlags, ...cacheFlags];
  const exitCode = await run(command, [...args, 'ci', ...flags]);
  if (cache !== null) rmSync(cache, { recursive: true, force: true });
  if (exitCode === 127) stop('npm was not found; it comes with Node.js: put it into PATH and try again.', 1);
  if (exitCode > 128) process.exit(exitCode);
  if (exitCode !== 0) stop('The packages could not be installed: npm says why above. Try again.', 1);
  writeFileSync(hashFile, lockHash());
}

/** The npm that runs us, else the one in PATH. */
function npm() {
  const cli = process.env.npm_execpath;
  return cli?.endsWith('npm-cli.js') ? [process.execPath, cli] : ['npm'];
}

/** A directory to use as npm's cache where npm cannot have one: a service's user often has no home. */
function ownCache() {
  const usual = process.env.npm_config_cache ?? `${homedir()}/.npm`;
  try {
    mkdirSync(usual, { recursive: true });
    accessSync(usual, constants.W_OK);
    return null;
  } catch {
    return mkdtempSync(`${tmpdir()}/daymark-npm-`);
  }
}

function lockHash() {
  return createHash('sha256').update(readFileSync(lockFile)).digest('hex');
}
