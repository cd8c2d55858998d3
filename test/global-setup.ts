import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import pino from 'pino';
import type { TestProject } from 'vitest/node';
import { migrateTo } from '../src/db/migrate.ts';
import { installQueue } from '../src/jobs/install.ts';
import { compile } from '../scripts/compile.ts';
import { startPostgres } from './postgres.ts';
import { programVariable } from './program.ts';
import { applyRowSecurity } from './row-security.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of the run. */
    postgres: ClientConfig;
    /** The name of the migrated database that every test file clones. */
    template: string;
    /** Whether statements of the apps under test act as a role that row level security binds (TEST_ROW_SECURITY=1). */
    rowSecurity: boolean;
    /** Where the web app is built when a test asks for it; made by who comes first. */
    webApp: string;
    /** Where the data directory lies that tests of the embedded PostgreSQL copy; made by who comes first. */
    embedded: string;
  }
}

/** Compiles the program, starts one PostgreSQL for the run and migrates one database on it, the template of all others. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'daymark-program-'));
  // Some tests run it as another user.
  chmodSync(folder, 0o755);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const [{ connection, stop }, executable] = await Promise.all([startPostgres(), compile(folder)]);
  process.env[programVariable] = executable;
  const template = `daymark_template_${process.pid}`;
  const client = new Client(connection);
  await client.connect();
  await client.query(`create database ${template}`);
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  console.log(`tests run on PostgreSQL ${rows[0]?.server_version}`);
  await migrateTo({
    connection: { ...connection, database: template },
    directory: new URL('../migrations/', import.meta.url),
    target: 'latest',
    log: pino({ level: 'warn' }),
  });
  await installQueue({ ...connection, database: template });
  const rowSecurity = process.env['TEST_ROW_SECURITY'] === '1';
  if (rowSecurity) {
    await applyRowSecurity({ ...connection, database: template });
    console.log('every statement runs under row level security');
  }
  project.provide('rowSecurity', rowSecurity);
  project.provide('webApp', join(folder, 'web-app'));
  project.provide('embedded', join(folder, 'embedded'));
  project.provide('postgres', connection);
  project.provide('template', template);
  return async () => {
    await client.query(`drop database ${template} with (force)`);
    await client.end();
    await stop();
  };
}
