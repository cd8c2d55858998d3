import { connect, createServer, type Socket } from 'node:net';
import type { ClientConfig } from 'pg';

export interface CuttingProxy {
  connection: ClientConfig;
  /** From now on the next COMMIT reaches the database, but its answer does not come back: the connection ends. */
  cutAfterCommit(): void;
  close(): void;
}

/** A way to a database that can lose the answer to a COMMIT, as a crash between commit and answer does. */
export async function cuttingProxy(target: ClientConfig): Promise<CuttingProxy> {
  let armed = false;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const path = `${target.host}/.s.PGSQL.${target.port ?? 5432}`;
    const database = target.host?.startsWith('/') ? connect(path) : connect(target.port ?? 5432, target.host);
    for (const socket of [client, database]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    client.pipe(database);
    database.on('data', (bytes: Buffer) => {
      // The CommandComplete message of a COMMIT (PostgreSQL manual, section 55.7).
      if (armed && bytes.includes('C\0\0\0\x0bCOMMIT\0', 0, 'latin1')) {
        armed = false;
        client.destroy();
      } else client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    connection: { ...target, host: '127.0.0.1', port },
    cutAfterCommit: () => {
      armed = true;
    },
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
