import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import { OnfileError } from '../errors.ts';

/** Of these Node keeps the first; a proxy before us may have gone by the last. */
const single: ReadonlySet<string> = new Set(['host', 'authorization', 'content-type', 'transfer-encoding']);

/** What follows on the connection may be part of it, so it is not looked at. */
const refused = (reference: string) =>
  new OnfileError('errormessage.validation.header', { reference, headers: { connection: 'close' } });

/** The name of a header that may stand once only and stands twice. */
function repeated(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (!single.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

/**
 * Why nobody can be sure what a request means, where Node's parser lets it pass: no Host or two of them (RFC 9112,
 * section 3.2), HTTP/0.9, a transfer coding beside chunked or one in HTTP/1.0 (section 6.1), two of what may stand once.
 * 400, or undefined.
 */
export function ambiguity({ headers, rawHeaders, httpVersion }: IncomingMessage): OnfileError | undefined {
  if (headers.host === undefined && httpVersion !== '1.0') return refused('host');
  const encoding = headers['transfer-encoding'];
  if (encoding !== undefined && (encoding.toLowerCase() !== 'chunked' || httpVersion === '1.0')) {
    return refused('transfer-encoding');
  }
  const name = repeated(rawHeaders);
  return name === undefined ? undefined : refused(name);
}

/**
 * Ends a connection with the answer to an unclear request. What follows may be part of it, so none of it is served, even
 * where it came along and Node has parsed it already. To be called once all others listen for requests.
 */
export function endWhatIsUnclear(server: Server): void {
  const listeners = server.listeners('request') as RequestListener[];
  const unclear = new WeakSet<Socket>();
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    // Node still hands on what it had read of a connection that we have cut.
    if (unclear.has(request.socket) || request.socket.destroyed) return;
    if (ambiguity(request)) {
      unclear.add(request.socket);
      response.shouldKeepAlive = false;
    }
    for (const listener of listeners) listener(request, response);
  });
}
