import type { Server } from 'node:http';

/**
 * Has Node note where each request came from. It asks the system at the first look and cannot any more once the client
 * has cut the connection, but the audit and the limits on attempts want to know of those requests too.
 */
export function noteAddresses(server: Server): void {
  server.on('request', ({ socket }) => void socket.remoteAddress);
}
