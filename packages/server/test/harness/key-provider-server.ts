import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** What any provider of keys can do instead of answering: cut the line, never answer, or take a while. */
export type LineFault = 'cut' | 'silence' | 'slow';

/** A refusal in the provider's own words, as a status and what it says. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

/** A request as the stand-in answers it; `fault` is what it is to do instead, of the provider's own kinds. */
export type KeyProviderCall<Fault, Asked> = {
  call: string;
  request: IncomingMessage;
  asked: Asked;
  fault: Exclude<Fault, LineFault> | null;
};

export type KeyProviderServer<Fault> = {
  /** Such as `http://127.0.0.1:1234`. */
  address: string;
  /** What came, by the name of each call. */
  calls: string[];
  /** Fails the next so many requests, or all when left out, until another is set; null: none any more. */
  fail: (fault: Fault | null, times?: number) => void;
  /** Nothing listens any more, until `open`. */
  close: () => Promise<void>;
  open: () => Promise<void>;
};

const slowMs = 300;

/** The shell of a provider's stand-in: JSON over HTTP on a port that it keeps, faults, and what was asked of it. */
export async function startKeyProviderServer<Fault extends string, Asked>(options: {
  contentType: string;
  callOf: (request: IncomingMessage) => string;
  /** Throws `Refusal`. */
  answer: (call: KeyProviderCall<Fault, Asked>) => object;
  refusalBody: (text: string) => object;
  /** What it says of a fault of its own, which is a 500. */
  internalError: string;
}): Promise<KeyProviderServer<Fault>> {
  const { contentType, callOf, answer, refusalBody, internalError } = options;
  const calls: string[] = [];
  let fault: Fault | null = null;
  let faults = 0;

  async function respond(request: IncomingMessage): Promise<object> {
    const call = callOf(request);
    calls.push(call);
    const asked = (await json(request)) as Asked;
    const current: Fault | LineFault | null = faults > 0 ? fault : null;
    faults -= 1;
    if (current === 'cut') request.socket.destroy();
    if (current === 'silence') await once(request.socket, 'close');
    if (current === 'slow') await delay(slowMs);
    const own = current === 'cut' || current === 'silence' || current === 'slow' ? null : current;
    return answer({ call, request, asked, fault: own as Exclude<Fault, LineFault> | null });
  }

  const server = createServer((request, response) => {
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': contentType }).end(JSON.stringify(body));
    respond(request).then(
      (body) => send(200, body),
      (error: unknown) => {
        const { status, message } = error instanceof Refusal ? error : new Refusal(500, internalError);
        send(status, refusalBody(message));
      },
    );
  });
  let port = 0;
  async function open(): Promise<void> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  }
  await open();
  return {
    address: `http://127.0.0.1:${port}`,
    calls,
    fail(next, times = Number.POSITIVE_INFINITY) {
      fault = next;
      faults = times;
    },
    open,
    async close() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
