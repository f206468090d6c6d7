import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Bytes of a refused body that are read so that the answer arrives. Beyond, the connection is closed. */
const mostDiscarded = 64 * 1_048_576;

function isUnread(request: IncomingMessage): boolean {
  if (request.complete || request.destroyed) return false;
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  return encoding !== undefined || (length !== undefined && length !== '0');
}

/** Resolves when the rest of the body was read, or the connection ended or was closed for its size. */
function discard(request: IncomingMessage): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let discarded = 0;
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > mostDiscarded) request.destroy();
  });
  request.once('end', resolve).once('close', resolve).resume();
  return promise;
}

/**
 * Before an answer leaves, what the client still sends is read and thrown away: a client that writes its whole body
 * first would see a reset connection instead of the answer.
 */
export async function discardUnreadBody(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (isUnread(request.raw)) {
    if (Number(request.headers['content-length']) > mostDiscarded) reply.header('connection', 'close');
    else await discard(request.raw);
  }
  return payload;
}
