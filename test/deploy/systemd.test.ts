import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { variables } from '../../src/config/variables.ts';
import { exitCodes } from '../../src/exit.ts';
import { inCI } from '../has-program.ts';
import { pathOf, read, secondsToEnd } from './files.ts';

const unit = pathOf('deploy/daymark.service');
const lines = read('deploy/daymark.service').split('\n');
const values = (name: string) =>
  lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1));

const folder = mkdtempSync(join(tmpdir(), 'daymark-unit-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('variables of the unit are ones that there are', () => {
  const set = values('Environment')
    .flatMap((line) => line.split(' '))
    .map((each) => each.replace(/=.*/, '').replace(/_FILE$/, ''))
    .filter((name) => name !== 'NODE_ENV');
  expect(set.sort()).toEqual(['BACKUP_DIR', 'DATA_DIR', 'DB_PASSWORD', 'LOG_FORMAT', 'SECRET_KEY']);
  for (const name of set) expect(variables).toHaveProperty(name);
});

test('a secret that is read from a credential is loaded as one', () => {
  const read = values('Environment').flatMap((line) =>
    [...line.matchAll(/%d\/(\w+)/g)].map(([, name]) => name),
  );
  expect(read.sort()).toEqual(
    values('LoadCredential')
      .map((each) => each.split(':')[0])
      .sort(),
  );
});

test('nothing in hand is cut off, and a wrong configuration is not tried again', () => {
  expect(Number(values('TimeoutStopSec')[0])).toBeGreaterThan(secondsToEnd);
  const { usage, configuration } = exitCodes;
  expect(values('RestartPreventExitStatus')).toEqual([`${usage} ${configuration}`]);
});

test.skipIf(!hasSystemd())('systemd takes the unit, and sees little that it could harm', () => {
  // It looks for the program too, which lies elsewhere here.
  const copy = join(folder, 'daymark.service');
  copyFileSync(unit, copy);
  writeFileSync(copy, read('deploy/daymark.service').replace('/usr/bin/node', process.execPath));
  const verified = spawnSync('systemd-analyze', ['verify', '--man=no', copy], { encoding: 'utf8' });
  expect([verified.status, verified.stderr]).toEqual([0, '']);
  const report = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', copy], {
    encoding: 'utf8',
  });
  const exposure = Number(/exposure level for daymark.service: ([\d.]+)/.exec(report)?.[1]);
  expect(exposure).toBeLessThanOrEqual(1.5);
});

/** Whether systemd 250 or newer can be asked; says loudly when not, and in CI that is an error. */
function hasSystemd(): boolean {
  const { stdout } = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' });
  if (Number(/^systemd (\d+)/.exec(stdout)?.[1] ?? 0) >= 250) return true;
  if (inCI) throw new Error('CI asks systemd about the unit: install systemd');
  console.warn('NOT RUN: the check of the unit, because systemd-analyze is not installed.');
  return false;
}
