import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { VaultTransitSettings } from '../../src/keys/vault-transit.ts';

/** What Vault does instead: is sealed, refuses the token, cuts the line, never answers, or takes a while. */
export type VaultFault = 'sealed' | 'denied' | 'cut' | 'silence' | 'slow';

export type VaultServer = {
  settings: VaultTransitSettings;
  /** The settings as a server's environment says them. */
  environment: Record<string, string>;
  calls: string[];
  /** Fails the next so many requests, or all when left out, until another is set; null: none any more. */
  fail: (fault: VaultFault | null, times?: number) => void;
  /** Adds a version of the key, as `vault write -f transit/keys/onfile/rotate` does. */
  rotate: () => void;
  /** Ciphertexts of versions before this one no longer open. */
  setMinDecryptionVersion: (version: number) => void;
  /** Gives out another token; the one before no longer serves. `isWritten` tells whether the agent writes it. */
  renewToken: (isWritten: boolean) => Promise<void>;
  /** Nothing listens any more, until `open`. */
  close: () => Promise<void>;
  open: () => Promise<void>;
  /** Closes, for good. */
  stop: () => Promise<void>;
};

type Asked = { plaintext?: string; ciphertext?: string; associated_data?: string };

class VaultRefusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const slowMs = 300;
const namespace = 'payments/eu';
const aadOf = ({ associated_data }: Asked): Buffer => Buffer.from(associated_data ?? '', 'base64');

/**
 * A stand-in of Vault's HTTP interface for one aes256-gcm96 key of the transit engine: versions, associated data, tokens,
 * a namespace, and errors in Vault's words and statuses.
 */
export async function startVaultServer(): Promise<VaultServer> {
  const versions = [randomBytes(32)];
  const calls: string[] = [];
  const directory = await mkdtemp(join(tmpdir(), 'onfile-vault-'));
  const tokenFile = join(directory, 'token');
  let minDecryptionVersion = 1;
  let token = '';
  let fault: VaultFault | null = null;
  let faults = 0;

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
      if (!key) throw new VaultRefusal(400, 'invalid ciphertext: no prefix');
      if (Number(version) < minDecryptionVersion) {
        throw new VaultRefusal(400, 'ciphertext or signature version is disallowed by policy (too old)');
      }
      const bytes = Buffer.from(sealed, 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(aadOf(asked));
        decipher.setAuthTag(bytes.subarray(-16));
        const clear = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
        return { plaintext: clear.toString('base64') };
      } catch {
        throw new VaultRefusal(400, 'cipher: message authentication failed');
      }
    },
  };

  async function answer(request: IncomingMessage): Promise<object> {
    const call = `${request.method} ${request.url}`;
    calls.push(call);
    const asked = (await json(request)) as Asked;
    const current = faults > 0 ? fault : null;
    faults -= 1;
    if (current === 'cut') request.socket.destroy();
    if (current === 'silence') await once(request.socket, 'close');
    if (current === 'slow') await delay(slowMs);
    if (current === 'sealed') throw new VaultRefusal(503, 'Vault is sealed');
    const isKnown = request.headers['x-vault-token'] === token && request.headers['x-vault-namespace'] === namespace;
    if (current === 'denied' || !isKnown) throw new VaultRefusal(403, 'permission denied');
    const handle = handlers[call];
    if (!handle) throw new VaultRefusal(404, `no handler for route "${request.url}"`);
    return { request_id: 'a1', lease_id: '', renewable: false, data: handle(asked) };
  }

  function send(response: ServerResponse, status: number, body: object): void {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (body) => send(response, 200, body),
      (error: unknown) => {
        const { status, message } = error instanceof VaultRefusal ? error : new VaultRefusal(500, 'internal error');
        send(response, status, { errors: [message] });
      },
    );
  });
  let port = 0;
  async function open(): Promise<void> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  }
  async function close(): Promise<void> {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
  async function renewToken(isWritten: boolean): Promise<void> {
    token = `hvs.${randomBytes(24).toString('base64url')}`;
    if (isWritten) await writeFile(tokenFile, `${token}\n`);
  }
  await open();
  await renewToken(true);
  const address = `http://127.0.0.1:${port}`;

  return {
    settings: { address, mount: 'transit', key: 'onfile', tokenFile, namespace },
    environment: {
      MASTER_KEY_PROVIDER: 'vault-transit',
      MASTER_KEY_VAULT_ADDRESS: address,
      MASTER_KEY_VAULT_TOKEN_FILE: tokenFile,
      MASTER_KEY_VAULT_NAMESPACE: namespace,
    },
    calls,
    fail(next, times = Number.POSITIVE_INFINITY) {
      fault = next;
      faults = times;
    },
    rotate: () => void versions.push(randomBytes(32)),
    setMinDecryptionVersion(version) {
      minDecryptionVersion = version;
    },
    renewToken,
    open,
    close,
    async stop() {
      await close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
