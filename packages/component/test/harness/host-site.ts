import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A shop's site: pages of the test's own, on an origin that is not Onfile's. */
export type HostSite = {
  /** Without a slash at the end. */
  origin: string;
  /** Puts a page there and answers its URL. */
  put(path: string, html: string, headers?: Readonly<Record<string, string>>): string;
  stop(): Promise<void>;
};

/** Serves pages on a free port of this machine; `name` makes a site of its own, such as `shop.localhost`. */
export async function startHostSite(name = '127.0.0.1'): Promise<HostSite> {
  const pages = new Map<string, { html: string; headers: Readonly<Record<string, string>> }>();
  const server = createServer((request, response) => {
    const page = pages.get(new URL(request.url ?? '/', 'http://site').pathname);
    response.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', ...page?.headers });
    response.end(page?.html ?? '<!doctype html><link rel="icon" href="data:,">');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://${name}:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    put(path, html, headers = {}) {
      pages.set(path, { html: `<!doctype html><link rel="icon" href="data:,">${html}`, headers });
      return origin + path;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
