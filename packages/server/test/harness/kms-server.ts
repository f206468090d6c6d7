import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { AwsKmsSettings } from '../../src/keys/aws-kms.ts';

/** What KMS does instead: refuses in AWS's words, fails, cuts the line, never answers, or takes a while. */
export type KmsFault =
  | 'AccessDeniedException'
  | 'DisabledException'
  | 'ThrottlingException'
  | 'KMSInternalException'
  | 'cut'
  | 'silence'
  | 'slow';

export type KmsServer = {
  settings: AwsKmsSettings;
  /** The settings as a server's environment says them. */
  environment: Record<string, string>;
  /** Two keys that exist. */
  keyArns: readonly [string, string];
  /** What came, such as `Decrypt`. */
  calls: string[];
  /** Fails the next so many requests, or all when left out, until another is set; null: none any more. */
  fail: (fault: KmsFault | null, times?: number) => void;
  /** Nothing listens any more, until `open`. */
  close: () => Promise<void>;
  open: () => Promise<void>;
};

type Asked = {
  KeyId?: string;
  Plaintext?: string;
  CiphertextBlob?: string;
  EncryptionContext?: Record<string, string>;
};

class KmsRefusal extends Error {
  readonly type: string;
  readonly status: number;
  constructor(type: string, status = 400) {
    super(type);
    this.type = type;
    this.status = status;
  }
}

const keyArns = [
  'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  'arn:aws:kms:eu-central-1:111122223333:key/mrk-0987dcba09fe87dc65ba43210987fedc',
] as const;
const statuses: Partial<Record<string, number>> = { KMSInternalException: 500 };
const slowMs = 300;

/** In the order of names, as KMS binds it. */
const contextBytes = (context: Record<string, string> = {}): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).toSorted(([one], [other]) => (one < other ? -1 : 1))));

/** Signature Version 4 for this service, by the credentials that are known; the signature itself is S3's to verify. */
function checkSigned({ headers }: IncomingMessage): void {
  const signed =
    /^AWS4-HMAC-SHA256 Credential=AKIATEST\/\d{8}\/eu-central-1\/kms\/aws4_request, SignedHeaders=[^,]*x-amz-date[^,]*, Signature=[\da-f]{64}$/;
  if (headers.authorization === undefined) throw new KmsRefusal('MissingAuthenticationTokenException');
  if (!signed.test(headers.authorization)) throw new KmsRefusal('UnrecognizedClientException');
}

/**
 * A stand-in of AWS KMS as the SDK speaks to it (JSON 1.1): Encrypt and Decrypt under two symmetric keys, with the
 * encryption context as additional data, so that a ciphertext opens under its own key and context alone.
 */
export async function startKmsServer(): Promise<KmsServer> {
  const keys = new Map(keyArns.map((arn) => [arn as string, randomBytes(32)]));
  const calls: string[] = [];
  let fault: KmsFault | null = null;
  let faults = 0;

  const keyOf = (arn = ''): Buffer => {
    const key = keys.get(arn);
    if (!key) throw new KmsRefusal('NotFoundException');
    return key;
  };
  const handlers: Record<string, (asked: Asked) => object> = {
    Encrypt({ KeyId = '', Plaintext = '', EncryptionContext }) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyOf(KeyId), nonce).setAAD(contextBytes(EncryptionContext));
      const body = Buffer.concat([cipher.update(Buffer.from(Plaintext, 'base64')), cipher.final()]);
      const blob = Buffer.concat([Buffer.from(`${KeyId}\n`), nonce, cipher.getAuthTag(), body]);
      return { CiphertextBlob: blob.toString('base64'), KeyId, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
    },
    Decrypt({ KeyId, CiphertextBlob = '', EncryptionContext }) {
      const blob = Buffer.from(CiphertextBlob, 'base64');
      const end = blob.indexOf('\n');
      const madeBy = blob.subarray(0, Math.max(end, 0)).toString();
      if (!keys.has(madeBy)) throw new KmsRefusal('InvalidCiphertextException');
      keyOf(KeyId);
      if (KeyId !== madeBy) throw new KmsRefusal('IncorrectKeyException');
      const sealed = blob.subarray(end + 1);
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyOf(KeyId), sealed.subarray(0, 12));
        decipher.setAAD(contextBytes(EncryptionContext)).setAuthTag(sealed.subarray(12, 28));
        const clear = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
        return { Plaintext: clear.toString('base64'), KeyId, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
      } catch {
        throw new KmsRefusal('InvalidCiphertextException');
      }
    },
  };

  async function answer(request: IncomingMessage): Promise<object> {
    const operation = String(request.headers['x-amz-target']).replace(/^TrentService\./, '');
    calls.push(operation);
    const asked = (await json(request)) as Asked;
    const current = faults > 0 ? fault : null;
    faults -= 1;
    if (current === 'cut') request.socket.destroy();
    if (current === 'silence') await once(request.socket, 'close');
    if (current === 'slow') await delay(slowMs);
    else if (current) throw new KmsRefusal(current, statuses[current]);
    checkSigned(request);
    const handle = handlers[operation];
    if (!handle || request.headers['content-type'] !== 'application/x-amz-json-1.1') {
      throw new KmsRefusal('UnknownOperationException');
    }
    return handle(asked);
  }

  function send(response: ServerResponse, status: number, body: object): void {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (body) => send(response, 200, body),
      (error: unknown) => {
        const { type, status } = error instanceof KmsRefusal ? error : new KmsRefusal('KMSInternalException', 500);
        send(response, status, { __type: type, message: type });
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
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret/key+of/tests' };

  return {
    settings: { keyArns: [keyArns[0]], endpoint, credentials },
    environment: {
      MASTER_KEY_PROVIDER: 'aws-kms',
      MASTER_KEY_AWS_KEY_ARN: keyArns[0],
      MASTER_KEY_AWS_ENDPOINT: endpoint,
      MASTER_KEY_AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      MASTER_KEY_AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    keyArns,
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
