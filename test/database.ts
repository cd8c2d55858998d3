import { randomBytes } from 'node:crypto';
import { Client, type ClientConfig } from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  connection: ClientConfig;
  name: string;
  drop(): Promise<void>;
}

/** A database of its own on the run's server, migrated like production's. */
export function cloneDatabase(): Promise<TestDatabase> {
  return createDatabase(inject('template'));
}

/** A database with nothing in it. */
export function emptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template0');
}

/** Runs one statement over a connection of its own, on the run's server where nothing else is said, and gives its rows. */
export async function onServer<Row>(
  text: string,
  connection: ClientConfig = inject('postgres'),
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client(connection);
  // Some tests end the server beneath it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text, values)).rows as Row[];
  } finally {
    await client.end();
  }
}

async function createDatabase(template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  // By default each of its pages goes through the log, which takes thrice the CPU.
  await onServer(`create database ${name} template ${template} strategy file_copy`);
  return {
    connection: { ...inject('postgres'), database: name },
    name,
    drop: async () => {
      await onServer(`drop database ${name} with (force)`);
    },
  };
}
