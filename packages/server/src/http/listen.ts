import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { hasCode } from '../system-error.ts';
import type { App } from './app-type.ts';

/** Serves until it is closed, which takes no new connections and waits for the answers under way. */
export type Listener = { port: number; close(): Promise<void> };

const thisMachine = 'localhost';

/** What to listen at for a host: both addresses of `localhost`, since programs differ in which they try. */
export async function addressesOf(host: string): Promise<readonly string[]> {
  if (host !== thisMachine) return [host];
  const found = await lookup(host, { all: true });
  return [...new Set(found.map(({ address }) => address))];
}

/** Hands on to the app's server what connects to another address, so that all its limits hold there too. */
async function listenBeside(app: App, host: string, port: number): Promise<Server | null> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    app.server.emit('connection', socket);
  });
  server.maxConnections = app.server.maxConnections;
  try {
    await once(server.listen(port, host), 'listening');
    return server;
  } catch (error) {
    // The name stands in the hosts file, but the machine has no IPv6, for instance.
    if (hasCode(error, 'EADDRNOTAVAIL', 'EAFNOSUPPORT')) return null;
    throw error;
  }
}

/**
 * Listens at each of these addresses, on the same port. Fastify would make a second server for `localhost`, one without
 * our limits on connections and load. Throws what the system says.
 */
export async function listenAt(app: App, addresses: readonly string[], asked: number): Promise<Listener> {
  const [first = thisMachine, ...others] = addresses;
  await app.listen({ port: asked, host: first, listenTextResolver: () => 'listening' });
  const address = app.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : asked;
  const servers = await Promise.all(others.map((other) => listenBeside(app, other, port)));
  const beside = servers.filter((server) => server !== null);
  return {
    port,
    async close() {
      const closed = beside.map((server) => new Promise((resolve) => server.close(resolve)));
      await app.close();
      await Promise.all(closed);
    },
  };
}
