import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A delivery as it came over the wire. */
export interface Received {
  path: string;
  headers: Record<string, string>;
  /** The raw bytes, as text. */
  body: string;
  at: number;
}

export interface Receiver {
  url: string;
  port: number;
  received: Received[];
  /** How many sockets were ever opened to it. */
  connections(): number;
  server: Server;
}

export type Behaviour = (message: Received, ...http: Parameters<RequestListener>) => void;

/**
 * A receiver on loopback that notes what comes and then behaves as told; by default it answers 204. A test that runs
 * beside others gives its own `onTestFinished`.
 */
export async function receiver(
  behave: Behaviour = (_message, _request, response) => {
    response.writeHead(204).end();
  },
  onFinished: (close: () => void) => void = onTestFinished,
): Promise<Receiver> {
  const received: Received[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    read(request).then(
      (message) => {
        received.push(message);
        behave(message, request, response);
      },
      // A request that breaks off is its sender's to tell.
      () => undefined,
    );
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, port, received, connections: () => connections, server };
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  return { path: request.url ?? '', headers, body: Buffer.concat(chunks).toString(), at: Date.now() };
}
