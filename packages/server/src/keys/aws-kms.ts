import { createSecretKey } from 'node:crypto';
import type { KMSClient, KMSClientConfig } from '@aws-sdk/client-kms';
import type { MasterKeyProvider } from './master-key.ts';
import { MasterKeyFailure } from './master-key-failure.ts';

export type AwsKmsSettings = {
  /** ARNs of symmetric keys: the first one wraps, the others open what they wrapped before. */
  keyArns: readonly [string, ...string[]];
  /** Of an interface endpoint; null: the region's own. */
  endpoint: string | null;
  /** Null: those that the SDK finds, such as the role of the machine. */
  credentials: { accessKeyId: string; secretAccessKey: string } | null;
};

export const awsKeyArn = /^arn:aws[a-z-]*:kms:([a-z\d-]{1,63}):\d{12}:key\/[A-Za-z\d-]{1,128}$/;

const prefix = 'aws-kms:';
const attempts = 3;
const connectMs = 1_000;
/** Of one attempt, and of a call with all of its attempts. */
const patience = { attemptMs: 2_000, callMs: 5_000 };

/** What an operator has to mend at AWS; anything else that fails is taken to pass by itself. */
const refusals: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'NotFoundException',
  'DisabledException',
  'KMSInvalidStateException',
  'InvalidKeyUsageException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'IncompleteSignature',
  'MissingAuthenticationTokenException',
  'ExpiredTokenException',
  'CredentialsProviderError',
]);
const foreign: ReadonlySet<string> = new Set(['IncorrectKeyException', 'InvalidCiphertextException']);

/** Everything is said here but for credentials, so that the library looks nowhere else for it. */
const clientConfig = (settings: AwsKmsSettings, region: string, attemptMs: number): KMSClientConfig => ({
  region,
  ...(settings.endpoint === null ? {} : { endpoint: settings.endpoint }),
  ...(settings.credentials === null ? {} : { credentials: settings.credentials }),
  maxAttempts: attempts,
  retryMode: 'standard',
  defaultsMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: 'onfile',
  requestHandler: { connectionTimeout: connectMs, requestTimeout: attemptMs, throwOnRequestTimeout: true },
});

function failure(error: unknown, keyArn: string): MasterKeyFailure {
  const name = error instanceof Error ? error.name : 'unknown';
  if (foreign.has(name)) {
    return new MasterKeyFailure('foreign', name, `the key ${keyArn} of AWS KMS does not open this (${name})`, error);
  }
  if (refusals.has(name)) {
    const sentence = `AWS KMS refuses the use of ${keyArn} (${name}); see that the key is enabled, and that this server's credentials allow kms:Encrypt and kms:Decrypt on it`;
    return new MasterKeyFailure('refused', name, sentence, error);
  }
  const sentence = `AWS KMS does not answer as it should (${name}); check the network, and MASTER_KEY_AWS_ENDPOINT where it is set`;
  return new MasterKeyFailure('away', name, sentence, error);
}

/**
 * A symmetric key of AWS KMS (API version 2014-11-01). The encryption context binds what it wraps to the tenant and the
 * key; AWS CloudTrail shows both. `wrappedBy` is `aws-kms:` and the key's ARN: KMS itself knows its rotated versions.
 */
export function awsKmsProvider(settings: AwsKmsSettings, { attemptMs, callMs } = patience): MasterKeyProvider {
  const { keyArns } = settings;
  const [current] = keyArns;
  const clients = new Map<string, KMSClient>();
  // The library takes 20 MB of memory: only who uses it pays for it.
  let library: Promise<typeof import('@aws-sdk/client-kms')> | undefined;

  async function call<Result>(
    keyArn: string,
    send: (kms: typeof import('@aws-sdk/client-kms'), client: KMSClient, abortSignal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    try {
      const kms = await (library ??= import('@aws-sdk/client-kms'));
      const region = awsKeyArn.exec(keyArn)?.[1] ?? '';
      const client = clients.get(region) ?? new kms.KMSClient(clientConfig(settings, region, attemptMs));
      clients.set(region, client);
      return await send(kms, client, AbortSignal.timeout(callMs));
    } catch (error) {
      throw failure(error, keyArn);
    }
  }
  const contextOf = (tenantId: string, keyId: string) => ({ application: 'onfile', tenant: tenantId, key: keyId });
  const arnOf = (wrappedBy: string): string | undefined => keyArns.find((arn) => wrappedBy === `${prefix}${arn}`);

  return {
    holds: async (wrappedBy) => arnOf(wrappedBy) !== undefined,
    currentKeyId: async () => `${prefix}${current}`,
    async wrap(clear, tenantId, keyId) {
      const { CiphertextBlob } = await call(current, (kms, client, abortSignal) =>
        client.send(
          new kms.EncryptCommand({ KeyId: current, Plaintext: clear, EncryptionContext: contextOf(tenantId, keyId) }),
          { abortSignal },
        ),
      );
      if (!CiphertextBlob) throw failure(new Error('no ciphertext'), current);
      return { wrappedKey: Buffer.from(CiphertextBlob), wrappedBy: `${prefix}${current}` };
    },
    async unwrap({ wrappedKey, wrappedBy }, tenantId, keyId) {
      const arn = arnOf(wrappedBy) ?? current;
      const { Plaintext } = await call(arn, (kms, client, abortSignal) =>
        client.send(
          new kms.DecryptCommand({
            KeyId: arn,
            CiphertextBlob: wrappedKey,
            EncryptionContext: contextOf(tenantId, keyId),
          }),
          { abortSignal },
        ),
      );
      if (!Plaintext) throw failure(new Error('no plaintext'), arn);
      const key = createSecretKey(Plaintext);
      Plaintext.fill(0);
      return key;
    },
  };
}
