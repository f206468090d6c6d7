import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Well below what a process may open, which the database and files need too. */
const mostConnections = 10_000;
/** Of one connection: answers wait in memory for those before them, and for a client that does not read them. */
const mostUnanswered = 100;

/**
 * Bounds what connections can take from others: how many there are, how many requests stand unanswered on one, and for
 * how long (in milliseconds) nothing may come or go on one that waits for its answer. What goes beyond is cut.
 */
export function limitConnections(server: Server, silenceMs: number): void {
  server.maxConnections = mostConnections;
  server.setTimeout(silenceMs);
  const unanswered = new WeakMap<Socket, number>();
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const count = (unanswered.get(socket) ?? 0) + 1;
    unanswered.set(socket, count);
    if (count > mostUnanswered) socket.destroy();
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
  });
}
