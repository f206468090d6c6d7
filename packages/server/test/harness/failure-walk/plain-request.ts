import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** A request with no header but its own: `fetch` would add an `Accept-Language`. */
export type PlainRequest = {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | Buffer;
};
export type PlainAnswer = { status: number; headers: IncomingHttpHeaders; text: string };

const agent = new Agent({ keepAlive: true });

/** Sends the request to the server at `base`, with more headers. */
export async function sendPlain(
  base: string,
  { method, url, headers, body }: PlainRequest,
  more: Record<string, string>,
): Promise<PlainAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<PlainAnswer>();
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const sent = request(new URL(url, base), { method, agent, headers: { ...length, ...headers, ...more } }, (answer) => {
    const pieces: Buffer[] = [];
    answer.on('data', (piece: Buffer) => pieces.push(piece)).once('error', reject);
    answer.once('end', () =>
      resolve({
        status: answer.statusCode ?? 0,
        headers: answer.headers,
        text: Buffer.concat(pieces).toString('utf8'),
      }),
    );
  });
  sent.once('error', reject);
  sent.end(body);
  return promise;
}
