import { connect, createServer, type Socket } from 'node:net';
import type { ClientConfig } from 'pg';

export interface CuttingProxy {
  connection: ClientConfig;
  /** From now on the next COMMIT reaches the database, but its answer does not come back: the connection ends. */
  cutAfterCommit(): void;
  /** Behind the next answer, in the same bytes, comes what pg_terminate_backend makes the database say. */
  endAfterAnswer(): void;
  close(): void;
}

/** ReadyForQuery, outside a transaction: an answer is complete. */
const readyForQuery = Buffer.from('Z\0\0\0\x05I', 'latin1');

/** ErrorResponse (PostgreSQL manual, section 55.7) of a session that an administrator has ended. */
const ended = errorResponse({ S: 'FATAL', V: 'FATAL', C: '57P01', M: 'terminating connection' });

/** A way to a database that can lose the answer to a COMMIT, as a crash between commit and answer does. */
export async function cuttingProxy(target: ClientConfig): Promise<CuttingProxy> {
  let armed = false;
  let ending = false;
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
      } else if (ending && bytes.subarray(-6).equals(readyForQuery)) {
        ending = false;
        client.end(Buffer.concat([bytes, ended]));
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
    endAfterAnswer: () => {
      ending = true;
    },
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function errorResponse(fields: Record<string, string>): Buffer {
  const text = Object.entries(fields).map(([field, value]) => `${field}${value}\0`);
  const body = Buffer.from(`${text.join('')}\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
