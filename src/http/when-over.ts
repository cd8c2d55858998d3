import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Traffic } from './traffic.ts';
import type { App } from './types.ts';

/**
 * Calls `note` when a request is over, with the status that its client was told; with 499, as nginx has it, where the
 * client went away before.
 */
export function whenOver(
  app: App,
  traffic: Traffic,
  note: (request: FastifyRequest, reply: FastifyReply, status: number) => void,
): void {
  app.addHook('onResponse', (request, reply, done) => {
    note(request, reply, reply.statusCode);
    done();
  });
  // Fastify's hook knows whole answers only.
  traffic.whenGone.push((request, reply) =>
    note(request, reply, reply.raw.headersSent ? reply.statusCode : 499),
  );
}
