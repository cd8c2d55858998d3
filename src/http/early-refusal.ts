import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { readWholeRequest, type WholeRequest } from './whole-request.ts';

interface Line {
  /** Requests that Node has read and not yet answered. */
  open: number;
  /** What Node reads of a chunk that it was just given. */
  read: IncomingMessage[];
  isWatched: boolean;
}

export interface EarlyRefusal {
  isRefused: (request: WholeRequest) => boolean;
  /** Writes the answer. */
  refuse: (socket: Socket) => void;
}

/**
 * Refuses requests on the bytes of a connection, before Node parses them: half the work of an answer from a request handler.
 * Gives what begins it for one connection; others keep Node's own way, which costs less for requests that are served.
 *
 * An answer to what is no request would be taken for the answer to the next. So a chunk is refused only where it is one
 * whole request and the one before it ended with its chunk: Node has read of that exactly the request that was seen in it,
 * or it was refused here. With a chunk that leaves a doubt the connection goes back to Node, until the next refusal there.
 */
export function refuseEarly(
  server: Server,
  { isRefused, refuse }: EarlyRefusal,
): (request: IncomingMessage) => void {
  const lines = new WeakMap<Socket, Line>();
  server.on('request', (request, response) => {
    const { socket } = request;
    const line = lines.get(socket) ?? { open: 0, read: [], isWatched: false };
    lines.set(socket, line);
    line.open++;
    if (line.isWatched) line.read.push(request);
    response.once('close', () => line.open--);
  });

  return ({ socket }) => {
    const line = lines.get(socket);
    const [parse, ...others] = socket.listeners('data') as ((chunk: Buffer) => void)[];
    if (line === undefined || line.isWatched || parse === undefined || others.length > 0) return;
    line.isWatched = true;
    let isBetweenRequests = false;
    const take = (chunk: Buffer) => {
      const request = readWholeRequest(chunk);
      if (request === null) {
        line.isWatched = false;
        socket.off('data', take).on('data', parse);
        parse.call(socket, chunk);
        return;
      }
      const isFirst = line.open === 0 && socket.writableLength === 0;
      if (isBetweenRequests && isFirst && isRefused(request)) {
        refuse(socket);
        return;
      }
      line.read = [];
      parse.call(socket, chunk);
      isBetweenRequests = line.read.length === 1 && hasBody(line.read[0], request.bodyBytes);
      line.read = [];
    };
    socket.off('data', parse).on('data', take);
  };
}

function hasBody(request: IncomingMessage | undefined, bytes: number): boolean {
  return Number(request?.headers['content-length'] ?? 0) === bytes;
}
