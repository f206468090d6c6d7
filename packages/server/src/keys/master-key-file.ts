import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { open as openSealed, seal } from '../crypto/envelope.ts';
import { syncDirectory } from '../sync-directory.ts';
import { hasCode } from '../system-error.ts';

/** Wraps and unwraps the tenants' keys. Providers differ in where the master key lives. */
export type MasterKey = {
  keyId: string;
  wrap(clear: Buffer, tenantId: string, keyId: string): Promise<Buffer>;
  unwrap(wrapped: Buffer, tenantId: string, keyId: string): Promise<KeyObject>;
};

/**
 * Reads the master key file. It is JSON, `{keyId, key}` with the key in base64; with `createIfMissing` the first start
 * makes it, mode 0600. Throws a sentence for people when it is missing or damaged.
 */
export async function openMasterKeyFile(path: string, createIfMissing: boolean): Promise<MasterKey> {
  if (createIfMissing) await createDurably(path);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new Error(`the master key file ${path} cannot be read; set MASTER_KEY_FILE to where it is`, { cause });
  }
  return masterKeyOf(text, path);
}

/** Complete and on disk under its name before anything is sealed under it; an existing file is left as it is. */
async function createDurably(path: string): Promise<void> {
  const directory = dirname(path);
  await mkdir(directory, { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ keyId: randomUUID(), key: randomBytes(32).toString('base64') })}\n`);
    await file.sync();
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
  await syncDirectory(directory);
}

function masterKeyOf(text: string, path: string): MasterKey {
  const { keyId, key } = parseKeyFile(text);
  const bytes = typeof key === 'string' ? Buffer.from(key, 'base64') : Buffer.alloc(0);
  if (typeof keyId !== 'string' || bytes.length !== 32) {
    throw new Error(`the master key file ${path} is damaged; restore it from its backup`);
  }
  const dataKey = { keyId, key: createSecretKey(bytes) };
  bytes.fill(0);
  return {
    keyId,
    wrap: async (clear, tenantId, wrappedId) => seal(clear, dataKey, [tenantId, 'tenant_keys', wrappedId, 'key', 1]),
    unwrap: async (wrapped, tenantId, wrappedId) =>
      createSecretKey(openSealed(wrapped, dataKey, [tenantId, 'tenant_keys', wrappedId, 'key', 1])),
  };
}

function parseKeyFile(text: string): { keyId?: unknown; key?: unknown } {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
