import type { FastifyReply } from 'fastify';

/** Fires when the client closes the connection before it has its answer, and when it has it. */
export function clientGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  if (reply.raw.destroyed) gone.abort();
  else reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
