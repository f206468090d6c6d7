import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AwsKmsSettings } from '../../src/keys/aws-kms.ts';
import { type KeyProviderServer, type LineFault, Refusal, startKeyProviderServer } from './key-provider-server.ts';

/** What KMS does instead: refuses in AWS's words, fails, or what any provider does. */
export type KmsFault =
  | 'AccessDeniedException'
  | 'DisabledException'
  | 'ThrottlingException'
  | 'KMSInternalException'
  | LineFault;

export type KmsServer = Omit<KeyProviderServer<KmsFault>, 'address'> & {
  settings: AwsKmsSettings;
  /** The settings as a server's environment says them. */
  environment: Record<string, string>;
  /** Two keys that exist. */
  keyArns: readonly [string, string];
};

type Asked = {
  KeyId?: string;
  Plaintext?: string;
  CiphertextBlob?: string;
  EncryptionContext?: Record<string, string>;
};

const keyArns = [
  'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  'arn:aws:kms:eu-central-1:111122223333:key/mrk-0987dcba09fe87dc65ba43210987fedc',
] as const;
const statuses: Partial<Record<string, number>> = { KMSInternalException: 500 };
const refusal = (type: string): Refusal => new Refusal(statuses[type] ?? 400, type);

/** In the order of names, as KMS binds it. */
const contextBytes = (context: Record<string, string> = {}): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).toSorted(([one], [other]) => (one < other ? -1 : 1))));

/** Signature Version 4 for this service, by the credentials that are known; the signature itself is S3's to verify. */
function checkSigned({ headers }: IncomingMessage): void {
  const signed =
    /^AWS4-HMAC-SHA256 Credential=AKIATEST\/\d{8}\/eu-central-1\/kms\/aws4_request, SignedHeaders=[^,]*x-amz-date[^,]*, Signature=[\da-f]{64}$/;
  if (headers.authorization === undefined) throw refusal('MissingAuthenticationTokenException');
  if (!signed.test(headers.authorization)) throw refusal('UnrecognizedClientException');
}

/**
 * A stand-in of AWS KMS as the SDK speaks to it (JSON 1.1): Encrypt and Decrypt under two symmetric keys, with the
 * encryption context as additional data, so that a ciphertext opens under its own key and context alone.
 */
export async function startKmsServer(): Promise<KmsServer> {
  const keys = new Map(keyArns.map((arn) => [arn as string, randomBytes(32)]));

  const keyOf = (arn = ''): Buffer => {
    const key = keys.get(arn);
    if (!key) throw refusal('NotFoundException');
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
      if (!keys.has(madeBy)) throw refusal('InvalidCiphertextException');
      keyOf(KeyId);
      if (KeyId !== madeBy) throw refusal('IncorrectKeyException');
      const sealed = blob.subarray(end + 1);
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyOf(KeyId), sealed.subarray(0, 12));
        decipher.setAAD(contextBytes(EncryptionContext)).setAuthTag(sealed.subarray(12, 28));
        const clear = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
        return { Plaintext: clear.toString('base64'), KeyId, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
      } catch {
        throw refusal('InvalidCiphertextException');
      }
    },
  };

  const { address: endpoint, ...server } = await startKeyProviderServer<KmsFault, Asked>({
    contentType: 'application/x-amz-json-1.1',
    callOf: ({ headers }) => String(headers['x-amz-target']).replace(/^TrentService\./, ''),
    answer({ call, request, asked, fault }) {
      if (fault) throw refusal(fault);
      checkSigned(request);
      const handle = handlers[call];
      if (!handle || request.headers['content-type'] !== 'application/x-amz-json-1.1') {
        throw refusal('UnknownOperationException');
      }
      return handle(asked);
    },
    refusalBody: (type) => ({ __type: type, message: type }),
    internalError: 'KMSInternalException',
  });
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
    ...server,
  };
}
