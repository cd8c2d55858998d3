import { accessSync, constants } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const candidates = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where this machine has a browser for the tests; null where it has none. None is ever downloaded. */
export const chromiumPath = candidates.find((path) => path !== undefined && isExecutable(path)) ?? null;

if (chromiumPath === null && process.env['CI'] !== 'true') {
  console.warn(
    'NOT RUN: the tests in a browser, because there is none. Install chromium, or name one in CHROMIUM.',
  );
}

/** Whether to leave the browser tests out: never in CI, which must not pass without them. */
export const noBrowser = chromiumPath === null && process.env['CI'] !== 'true';

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
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet],
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
