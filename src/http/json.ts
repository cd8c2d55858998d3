import type { FastifyReply } from 'fastify';

/** Sends JSON text that PostgreSQL assembled, as it is. */
export function sendJson(reply: FastifyReply, json: string, status = 200): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(json);
}

/** Sends an answer without a body. */
export function sendNothing(reply: FastifyReply, status: 204 | 304 = 204): FastifyReply {
  return reply.code(status).send();
}
