import { createSecretKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { traceHeaders } from '../telemetry/tracing.ts';
import type { MasterKeyProvider } from './master-key.ts';
import { MasterKeyFailure } from './master-key-failure.ts';

export type VaultTransitSettings = {
  /** An origin. */
  address: string;
  /** Where the transit engine is mounted. */
  mount: string;
  key: string;
  /** Read for each call, so that a renewed token is used at once. */
  tokenFile: string;
  namespace: string | null;
};

const patienceMs = 2_000;
const secondTryMs = 100;

type Answer = { data?: { ciphertext?: unknown; plaintext?: unknown } };

const away = (code: string, cause?: unknown): MasterKeyFailure =>
  new MasterKeyFailure(
    'away',
    code,
    `Vault does not answer as it should (${code}); check MASTER_KEY_VAULT_ADDRESS, and that Vault is unsealed`,
    cause,
  );

async function tokenIn(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    const sentence = `the token file ${path} cannot be read; set MASTER_KEY_VAULT_TOKEN_FILE to where Vault's agent writes it`;
    throw new MasterKeyFailure('refused', 'vault-token-file', sentence, cause);
  }
}

/**
 * A key of HashiCorp Vault's transit engine, of an AEAD type (aes256-gcm96 by default). Associated data binds what it
 * wraps to the tenant and the key. `wrappedBy` is `vault-transit:<mount>/<key>:v<version>`.
 */
export function vaultTransitProvider(settings: VaultTransitSettings, attemptMs = patienceMs): MasterKeyProvider {
  const { address, mount, key, namespace } = settings;
  const name = `vault-transit:${namespace === null ? '' : `${namespace}/`}${mount}/${key}`;
  const bindingOf = (tenantId: string, keyId: string): string =>
    Buffer.from(JSON.stringify(['onfile', tenantId, keyId])).toString('base64');

  function refused(status: number): MasterKeyFailure {
    const sentence = `Vault refuses the use of the key ${key} (HTTP ${status}); see that it exists at MASTER_KEY_VAULT_MOUNT, and that the token's policy allows update on ${mount}/encrypt/${key} and ${mount}/decrypt/${key}`;
    return new MasterKeyFailure('refused', `vault-${status}`, sentence);
  }

  async function ask(operation: 'encrypt' | 'decrypt', body: object): Promise<NonNullable<Answer['data']>> {
    const response = await fetch(`${address}/v1/${mount}/${operation}/${key}`, {
      method: 'POST',
      // Another address is not to be given the token.
      redirect: 'error',
      signal: AbortSignal.timeout(attemptMs),
      headers: {
        ...traceHeaders(),
        'content-type': 'application/json',
        'x-vault-request': 'true',
        'x-vault-token': await tokenIn(settings.tokenFile),
        ...(namespace === null ? {} : { 'x-vault-namespace': namespace }),
      },
      body: JSON.stringify(body),
    });
    if (response.status === 200) return ((await response.json()) as Answer).data ?? {};
    await response.body?.cancel();
    if (response.status === 403 || response.status === 404) throw refused(response.status);
    if (response.status !== 400) throw away(`vault-${response.status}`);
    if (operation === 'encrypt') throw refused(400);
    const sentence = `the key ${key} of Vault does not open this, or no longer: see its min_decryption_version`;
    throw new MasterKeyFailure('foreign', 'vault-400', sentence);
  }

  /** What may pass by itself is tried twice. */
  async function call(operation: 'encrypt' | 'decrypt', body: object): Promise<NonNullable<Answer['data']>> {
    const attempt = () =>
      ask(operation, body).catch((error: unknown) => {
        throw error instanceof MasterKeyFailure ? error : away(error instanceof Error ? error.name : 'unknown', error);
      });
    return attempt().catch(async (error: unknown) => {
      if (!(error instanceof MasterKeyFailure) || error.kind !== 'away') throw error;
      await delay(secondTryMs);
      return attempt();
    });
  }

  async function wrap(clear: Buffer, tenantId: string, keyId: string) {
    const { ciphertext } = await call('encrypt', {
      plaintext: clear.toString('base64'),
      associated_data: bindingOf(tenantId, keyId),
    });
    const [, version] = /^vault:(v\d{1,9}):/.exec(String(ciphertext)) ?? [];
    if (typeof ciphertext !== 'string' || version === undefined) throw away('no-ciphertext');
    return { wrappedKey: Buffer.from(ciphertext), wrappedBy: `${name}:${version}` };
  }

  return {
    holds: async (wrappedBy) => /^:v\d{1,9}$/.test(wrappedBy.slice(name.length)) && wrappedBy.startsWith(name),
    // Without the right to read the key, what it makes says which version is the latest.
    currentKeyId: async () => (await wrap(Buffer.alloc(32), '', 'version')).wrappedBy,
    wrap,
    async unwrap({ wrappedKey }, tenantId, keyId) {
      const { plaintext } = await call('decrypt', {
        ciphertext: wrappedKey.toString('utf8'),
        associated_data: bindingOf(tenantId, keyId),
      });
      if (typeof plaintext !== 'string') throw away('no-plaintext');
      const clear = Buffer.from(plaintext, 'base64');
      const opened = createSecretKey(clear);
      clear.fill(0);
      return opened;
    },
  };
}
