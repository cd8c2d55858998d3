import type { Command } from 'commander';
import { examples } from '../program.ts';

/** How `openapi` is called. */
export function openapiUsage(program: Command): void {
  program
    .command('openapi')
    .description('print the OpenAPI document')
    .addHelpText('after', examples(['daymark openapi > openapi.json', 'needs no database']))
    .action(async () => (await import('../openapi.ts')).openapi());
}
