import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VaultTransitSettings } from '../../src/keys/vault-transit.ts';
import { type KeyProviderServer, type LineFault, Refusal, startKeyProviderServer } from './key-provider-server.ts';

/** What Vault does instead: is sealed, refuses the token, or what any provider does. */
export type VaultFault = 'sealed' | 'denied' | LineFault;

export type VaultServer = Omit<KeyProviderServer<VaultFault>, 'address'> & {
  settings: VaultTransitSettings;
  /** The settings as a server's environment says them. */
  environment: Record<string, string>;
  /** Adds a version of the key, as `vault write -f transit/keys/onfile/rotate` does. */
  rotate: () => void;
  /** Ciphertexts of versions before this one no longer open. */
  setMinDecryptionVersion: (version: number) => void;
  /** Gives out another token; the one before no longer serves. `isWritten` tells whether the agent writes it. */
  renewToken: (isWritten: boolean) => Promise<void>;
  /** Closes, for good. */
  stop: () => Promise<void>;
};

type Asked = { plaintext?: string; ciphertext?: string; associated_data?: string };

const namespace = 'payments/eu';
const aadOf = ({ associated_data }: Asked): Buffer => Buffer.from(associated_data ?? '', 'base64');

/**
 * A stand-in of Vault's HTTP interface for one aes256-gcm96 key of the transit engine: versions, associated data, tokens,
 * a namespace, and errors in Vault's words and statuses.
 */
export async function startVaultServer(): Promise<VaultServer> {
  const versions = [randomBytes(32)];
  const directory = await mkdtemp(join(tmpdir(), 'onfile-vault-'));
  const tokenFile = join(directory, 'token');
  let minDecryptionVersion = 1;
  let token = '';

  const handlers: Record<string, (asked: Asked) => object> = {
    'POST /v1/transit/encrypt/onfile'(asked) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', versions.at(-1) ?? '', nonce).setAAD(aadOf(asked));
      const body = Buffer.concat([cipher.update(Buffer.from(asked.plaintext ?? '', 'base64')), cipher.final()]);
      const sealed = Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64');
      return { ciphertext: `vault:v${versions.length}:${sealed}`, key_version: versions.length };
    },
    'POST /v1/transit/decrypt/onfile'(asked) {
      const [, version = '', sealed = ''] = /^vault:v(\d+):(.+)$/.exec(asked.ciphertext ?? '') ?? [];
      const key = versions[Number(version) - 1];
      if (!key) throw new Refusal(400, 'invalid ciphertext: no prefix');
      if (Number(version) < minDecryptionVersion) {
        throw new Refusal(400, 'ciphertext or signature version is disallowed by policy (too old)');
      }
      const bytes = Buffer.from(sealed, 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(aadOf(asked));
        decipher.setAuthTag(bytes.subarray(-16));
        const clear = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
        return { plaintext: clear.toString('base64') };
      } catch {
        throw new Refusal(400, 'cipher: message authentication failed');
      }
    },
  };

  const { address, ...server } = await startKeyProviderServer<VaultFault, Asked>({
    contentType: 'application/json',
    callOf: ({ method, url }) => `${method} ${url}`,
    answer({ call, request: { headers, url }, asked, fault }) {
      if (fault === 'sealed') throw new Refusal(503, 'Vault is sealed');
      const isKnown = headers['x-vault-token'] === token && headers['x-vault-namespace'] === namespace;
      if (fault === 'denied' || !isKnown) throw new Refusal(403, 'permission denied');
      const handle = handlers[call];
      if (!handle) throw new Refusal(404, `no handler for route "${url}"`);
      return { request_id: 'a1', lease_id: '', renewable: false, data: handle(asked) };
    },
    refusalBody: (message) => ({ errors: [message] }),
    internalError: 'internal error',
  });
  async function renewToken(isWritten: boolean): Promise<void> {
    token = `hvs.${randomBytes(24).toString('base64url')}`;
    if (isWritten) await writeFile(tokenFile, `${token}\n`);
  }
  await renewToken(true);

  return {
    settings: { address, mount: 'transit', key: 'onfile', tokenFile, namespace },
    environment: {
      MASTER_KEY_PROVIDER: 'vault-transit',
      MASTER_KEY_VAULT_ADDRESS: address,
      MASTER_KEY_VAULT_TOKEN_FILE: tokenFile,
      MASTER_KEY_VAULT_NAMESPACE: namespace,
    },
    ...server,
    rotate: () => void versions.push(randomBytes(32)),
    setMinDecryptionVersion(version) {
      minDecryptionVersion = version;
    },
    renewToken,
    async stop() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
