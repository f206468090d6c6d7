import { createConnection, type Socket } from 'node:net';

/** One request and what is to be done with its answer. */
export type Exchange = { request: Buffer; answered: (status: number, body: Buffer) => void };

/** Gives out requests until it has none left, then null. */
export type RequestSource = { next: () => Exchange | null };

const headEnd = '\r\n\r\n';
const lengthHeader = 'content-length: ';
const statusOffset = 9;

type Head = { status: number; bodyStart: number; end: number };

/**
 * A keep-alive connection that speaks just enough HTTP/1.1 for Onfile's answers, which all have a Content-Length. A
 * complete client costs several times as much, on a processor that the server under test needs.
 */
export class HttpConnection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #pending: { resolve: (answer: { status: number; body: Buffer }) => void; reject: (error: Error) => void } | null =
    null;

  constructor(url: URL) {
    this.#socket = createConnection({ host: url.hostname, port: Number(url.port), noDelay: true });
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', (error) => this.#pending?.reject(error));
    this.#socket.on('close', () => this.#pending?.reject(new Error('the server closed a connection')));
  }

  send(request: Buffer): Promise<{ status: number; body: Buffer }> {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const head = readHead(this.#received);
    if (head === null || this.#received.length < head.end) return;
    const body = this.#received.subarray(head.bodyStart, head.end);
    this.#received = Buffer.alloc(0);
    const pending = this.#pending;
    this.#pending = null;
    pending?.resolve({ status: head.status, body });
  }
}

function readHead(received: Buffer): Head | null {
  const end = received.indexOf(headEnd);
  if (end < 0) return null;
  const text = received.toString('latin1', 0, end + headEnd.length);
  const at = text.indexOf(lengthHeader);
  const length = at < 0 ? 0 : Number.parseInt(text.slice(at + lengthHeader.length), 10);
  const bodyStart = end + headEnd.length;
  return { status: Number(text.slice(statusOffset, statusOffset + 3)), bodyStart, end: bodyStart + length };
}
