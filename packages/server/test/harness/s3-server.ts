import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Settings } from '../../src/connectors/files/s3-storage.ts';

type StoredObject = { bytes: Buffer; type: string; encryption: string | undefined };

/** What the storage does instead of what it is asked: answers 503 SlowDown, cuts the line (among the bytes), is silent. */
export type S3Fault = 'slow-down' | 'cut' | 'cut-bytes' | 'silence';

export type S3Server = {
  settings: S3Settings;
  objects: Map<string, StoredObject>;
  /** What came, such as `PUT tenants/acme/file_1.upload`. */
  calls: string[];
  /** Fails the next so many requests, or all when left out, until another is set; null: none any more. */
  fail(fault: S3Fault | null, times?: number): void;
  stop(): Promise<void>;
};

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** An error of the storage as it words it. */
class S3Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

type Signed = { credential: string; date: string; headers: string[]; signature: string; payload: string };

const accessDenied = () => new S3Refusal(403, 'AccessDenied');

function signedByQuery(query: URLSearchParams, now: Date): Signed {
  const date = query.get('X-Amz-Date') ?? '';
  const [, y, m, d, h, min, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const until = Date.parse(`${y}-${m}-${d}T${h}:${min}:${s}Z`) + Number(query.get('X-Amz-Expires')) * 1000;
  if (!(now.getTime() < until)) throw accessDenied();
  return {
    credential: query.get('X-Amz-Credential') ?? '',
    date,
    headers: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    payload: 'UNSIGNED-PAYLOAD',
  };
}

function signedByHeader({ headers }: IncomingMessage): Signed {
  const [, credential = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([\da-f]+)$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  return {
    credential,
    date: String(headers['x-amz-date']),
    headers: signed.split(';'),
    signature,
    payload: String(headers['x-amz-content-sha256']),
  };
}

/** AWS Signature Version 4, computed anew from what came. Throws 403 when it is another, or over. */
function checkSignature(request: IncomingMessage, url: URL, settings: S3Settings, now: Date): void {
  const signed = url.searchParams.has('X-Amz-Signature')
    ? signedByQuery(url.searchParams, now)
    : signedByHeader(request);
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .toSorted();
  const headers = signed.headers.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`);
  const canonical = [request.method, url.pathname, query.join('&'), headers.join(''), signed.headers.join(';')];
  const scope = `${signed.date.slice(0, 8)}/${settings.region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', signed.date, scope, sha256([...canonical, signed.payload].join('\n'))].join('\n');
  const [day = '', ...rest] = scope.split('/');
  const key = rest.reduce((made: Buffer, part) => hmac(made, part), hmac(`AWS4${settings.secretAccessKey}`, day));
  const expected = hmac(key, text);
  const given = Buffer.from(signed.signature, 'hex');
  const isRight = given.length === expected.length && timingSafeEqual(given, expected);
  if (signed.credential !== `${settings.accessKeyId}/${scope}` || !signed.headers.includes('host'))
    throw accessDenied();
  if (!isRight) throw new S3Refusal(403, 'SignatureDoesNotMatch');
}

const tagOf = ({ bytes }: StoredObject): string => `"${createHash('md5').update(bytes).digest('hex')}"`;

function requireTag(object: StoredObject, wanted: string | string[] | undefined): void {
  if (wanted !== undefined && wanted !== tagOf(object)) throw new S3Refusal(412, 'PreconditionFailed');
}

type Asked = { method: string; key: string; headers: IncomingHttpHeaders; query: URLSearchParams; body: Buffer };
type Handler = (asked: Asked, response: ServerResponse) => void;

const xml = '<?xml version="1.0" encoding="UTF-8"?>';

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * A faithful stand-in of the part of S3 that is used: objects put, read, copied and deleted in one bucket under its path,
 * conditions by entity tag, and signatures that are verified for real, in headers and in presigned URLs.
 */
export async function startS3Server(clock: () => Date): Promise<S3Server> {
  const objects = new Map<string, StoredObject>();
  const calls: string[] = [];
  let fault: S3Fault | null = null;
  let faults = 0;
  const settings: S3Settings = {
    bucket: 'files',
    region: 'eu-central-1',
    endpoint: null,
    accessKeyId: 'AKIATEST',
    secretAccessKey: 'secret/key+of/tests',
    encryption: 'AES256',
  };

  const find = (key: string): StoredObject => {
    const object = objects.get(key);
    if (!object) throw new S3Refusal(404, 'NoSuchKey');
    return object;
  };

  const handlers: Record<string, Handler> = {
    PUT({ key, headers, body }, response) {
      const encryption = headers['x-amz-server-side-encryption'] as string | undefined;
      const source = headers['x-amz-copy-source'];
      if (source === undefined) {
        objects.set(key, { bytes: body, type: headers['content-type'] ?? '', encryption });
        response.end();
        return;
      }
      const copied = find(decodeURIComponent(String(source)).replace(/^\/?files\//, ''));
      requireTag(copied, headers['x-amz-copy-source-if-match']);
      objects.set(key, { ...copied, encryption });
      response.setHeader('content-type', 'application/xml');
      response.end(`${xml}<CopyObjectResult><ETag>${tagOf(copied)}</ETag></CopyObjectResult>`);
    },
    GET({ method, key, headers, query }, response) {
      const object = find(key);
      requireTag(object, headers['if-match']);
      const disposition = query.get('response-content-disposition');
      response.writeHead(200, {
        etag: tagOf(object),
        'content-length': object.bytes.length,
        'content-type': query.get('response-content-type') ?? object.type,
        ...(disposition === null ? {} : { 'content-disposition': disposition }),
      });
      if (fault === 'cut-bytes' && method === 'GET') {
        response.write(object.bytes.subarray(0, 10), () => response.destroy());
        return;
      }
      // Node leaves the bytes out of an answer to HEAD.
      response.end(object.bytes);
    },
    DELETE({ key }, response) {
      objects.delete(key);
      response.writeHead(204).end();
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    const url = new URL(request.url ?? '', 'http://storage');
    const key = decodeURIComponent(url.pathname).replace(`/${settings.bucket}/`, '');
    calls.push(`${method} ${key}`);
    const body = await bodyOf(request);
    checkSignature(request, url, settings, clock());
    const handle = handlers[method === 'HEAD' ? 'GET' : method];
    if (!handle) throw new S3Refusal(405, 'MethodNotAllowed');
    handle({ method, key, headers, query: url.searchParams, body }, response);
  }

  function refuse(response: ServerResponse, status: number, code: string): void {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`${xml}<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
  }

  const server = createServer((request, response) => {
    if (fault && fault !== 'cut-bytes' && faults > 0) {
      faults--;
      calls.push(`${request.method} failed`);
      if (fault === 'cut') request.socket.destroy();
      if (fault === 'slow-down') {
        request.resume();
        refuse(response, 503, 'SlowDown');
      }
      return;
    }
    answer(request, response).catch((error: unknown) => {
      const { status, code } = error instanceof S3Refusal ? error : new S3Refusal(500, 'InternalError');
      refuse(response, status, code);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  settings.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    settings,
    objects,
    calls,
    fail(next, times = Number.POSITIVE_INFINITY) {
      fault = next;
      faults = times;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
