import pino from 'pino';
import type { ClientConfig } from 'pg';
import { migrateTo } from '../../src/db/migrate.ts';

// A process of its own, so that a test can kill it.
await migrateTo({
  connection: JSON.parse(process.env['CONNECTION'] ?? '') as ClientConfig,
  directory: process.argv[2] ?? '',
  target: 'latest',
  log: pino({ level: 'silent' }),
});
