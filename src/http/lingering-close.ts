import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { App } from './types.ts';

/** How long the rest of a body is read after the answer. */
const lingerMs = 5000;

/**
 * Where an answer ends its connection before all of the request came, the server ends its side and reads on, without
 * keeping anything, until the rest is there, the client leaves, or five seconds are over (RFC 9112, section 9.6). A
 * connection that is closed with bytes unread is reset, and that takes the answer away from a client, or from a proxy,
 * that is still sending.
 */
export function lingerOverUnreadBodies(app: App): void {
  app.addHook('onSend', ({ raw }, _reply, _payload, done) => {
    // How Node ends the connection of a last answer.
    if (!raw.complete) raw.socket.destroySoon = () => endGently(raw);
    done();
  });
}

function endGently(request: IncomingMessage): void {
  const { socket } = request;
  const close = () => Socket.prototype.destroySoon.call(socket);
  if (request.complete) {
    close();
    return;
  }
  socket.end();
  closeInTime(socket);
  request.once('end', close).resume();
}

/** Closes a connection that the server has ended, where its client does not within five seconds: Node lets it stay half open. */
export function closeInTime(socket: Duplex): void {
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}
