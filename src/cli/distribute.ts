import { distribute as distributeTables, plannedSteps } from '../distribute/distribute.ts';
import { layout } from '../distribute/layout.ts';
import type { Steps } from '../distribute/steps.ts';
import { confirm } from './confirm.ts';
import { withInstallation } from './installation.ts';
import { allStatements } from './statements.ts';

interface DistributeOptions {
  dryRun?: boolean;
  yes?: boolean;
}

/** `distribute`: an installation on a Citus server becomes one of distributed tables, with all that is in it. */
export function distribute({ dryRun = false, yes = false }: DistributeOptions): Promise<void> {
  return withInstallation(async ({ direct, log, signal }) => {
    if (dryRun) {
      print(await plannedSteps({ connection: direct, signal }));
      return;
    }
    const isNew = await distributeTables({
      connection: direct,
      log,
      signal,
      statements: allStatements(),
      confirm: () =>
        confirm(
          'This moves the rows of all people to the nodes of the cluster; requests wait until it is done. Have a backup.',
          { yes },
        ),
      onStep: (text) => process.stderr.write(`${text}\n`),
    });
    console.log(isNew ? 'the tables are distributed' : 'the tables were distributed before; nothing to do');
  });
}

/** As a script that psql would run. */
function print({ change, clean }: Steps): void {
  for (const { table, place, why } of layout) console.log(`-- ${table}: ${place}; ${why}`);
  for (const text of ['begin', ...change, 'commit', ...clean]) console.log(`${text};`);
}
