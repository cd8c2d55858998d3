import { accessSync, constants } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { inCI } from '../has-program.ts';

const candidates = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where this machine has a browser for the tests; null where it has none. None is ever downloaded. */
const chromiumPath = candidates.find((path) => path !== undefined && isExecutable(path)) ?? null;

if (chromiumPath === null && !inCI) {
  console.warn(
    'NOT RUN: the tests in a browser, because there is none. Install chromium, or name one in CHROMIUM.',
  );
}

/** What an installation at home is called by, which no browser takes for a safe origin as it does loopback. */
export const homeName = 'daymark.home.example';
const nameOfHome = `--host-resolver-rules=MAP ${homeName} 127.0.0.1`;

/** Whether to leave the browser tests out: never in CI, which must not pass without them. */
export const noBrowser = chromiumPath === null && !inCI;

let shared: Promise<Browser> | undefined;

/** The browser of this test process: started once, shared by its files, gone with the process. */
export function sharedBrowser(): Promise<Browser> {
  return (shared ??= launch());
}

export function launch(): Promise<Browser> {
  if (chromiumPath === null)
    throw new Error('no Chromium: install the package chromium, or name one in CHROMIUM');
  const quiet = [
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', nameOfHome, ...quiet],
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
