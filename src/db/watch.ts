import { Client, type ClientConfig } from 'pg';

/** Watches a database over a connection of its own, so that knowing whether it is up never waits for the pool. */
export interface Watch {
  stop(): Promise<void>;
}

const everyMs = 1000;
const patienceMs = 2000;

/** Asks the database every second whether it answers and tells `report`; a change shows within about 3 s. */
export function watchDatabase(connection: ClientConfig, report: (isUp: boolean) => void): Watch {
  let client: Client | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function ask(): Promise<void> {
    try {
      client ??= await open(connection);
      await client.query('select 1');
      if (!stopped) report(true);
    } catch {
      await drop();
      if (!stopped) report(false);
    }
    if (!stopped) timer = setTimeout(() => void ask(), everyMs);
  }

  async function drop(): Promise<void> {
    const gone = client;
    client = null;
    await gone?.end().catch(() => undefined);
  }

  void ask();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return drop();
    },
  };
}

async function open(connection: ClientConfig): Promise<Client> {
  const client = new Client({
    ...connection,
    application_name: 'daymark-watch',
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  });
  // The query that meets the loss reports it; this only keeps the event from ending the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
