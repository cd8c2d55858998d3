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
  return createDatabase(`template ${inject('template')}`);
}

/** A database with nothing in it. */
export function emptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template template0');
}

/** Runs one statement on the run's server and answers its rows. */
export async function onServer<Row>(text: string, connection = inject('postgres')): Promise<Row[]> {
  const client = new Client(connection);
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

async function createDatabase(options: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(`create database ${name} ${options}`);
  return {
    connection: { ...inject('postgres'), database: name },
    name,
    drop: async () => {
      await onServer(`drop database ${name} with (force)`);
    },
  };
}
