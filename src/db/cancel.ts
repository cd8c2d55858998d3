import { Connection, type ClientConfig, type PoolClient } from 'pg';

/** What node-postgres knows of a connection's backend. */
interface Backend {
  processID: number | null;
  secretKey: number | null;
  host: string;
  port: number;
  ssl: ClientConfig['ssl'];
}

const patienceMs = 2000;

/**
 * Asks PostgreSQL to cancel what a connection is running (CancelRequest, PostgreSQL manual §54.2.8), over a
 * connection of its own. Resolves when the server has taken it, or could not be reached: only after that may the
 * connection run something else, which a late request would hit.
 */
export function cancelRunning(client: PoolClient): Promise<void> {
  const { processID, secretKey, host, port, ssl } = client as unknown as Backend;
  if (processID === null || secretKey === null) return Promise.resolve();
  return new Promise((resolve) => {
    const connection = new Connection(ssl ? { ssl } : {}) as Courier;
    const done = () => {
      clearTimeout(timer);
      connection.stream.destroy();
      resolve();
    };
    const timer = setTimeout(done, patienceMs);
    const send = () => connection.cancel(processID, secretKey);
    connection.once('connect', () => (ssl ? connection.requestSsl() : send()));
    connection.once('sslconnect', send);
    // The server closes the connection when it has passed the request on.
    connection.once('end', done);
    connection.once('error', done);
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`);
    else connection.connect(port, host);
  });
}

/** The parts of node-postgres' Connection that its types leave out. */
interface Courier extends Connection {
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
}
