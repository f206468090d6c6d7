import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { validate as isUuid } from 'uuid';
import { type DataKey, open as openSealed, SealBroken, seal } from '../crypto/envelope.ts';
import { createFileDurably, replaceFileDurably } from './durable-file.ts';
import type { MasterKeyFile } from './master-key.ts';
import { MasterKeyFailure } from './master-key-failure.ts';

const keyBytes = 32;

type Entry = { keyId: string; key: string };
type Content = Entry & { earlier: Entry[] };

const newEntry = (): Entry => ({ keyId: randomUUID(), key: randomBytes(keyBytes).toString('base64') });

const bindingOf = (tenantId: string, keyId: string) => [tenantId, 'tenant_keys', keyId, 'key', 1] as const;

/**
 * Opens the master key file. It is JSON, `{keyId, key, earlier?: [{keyId, key}, …]}` with keys in base64; while a rotation
 * is under way, the earlier ones open what they wrapped. With `createIfMissing` the first start makes it, mode 0600. It is
 * read again for whatever it may have changed in meanwhile. Throws a sentence when it is missing or damaged.
 */
export async function openMasterKeyFile(path: string, createIfMissing: boolean): Promise<MasterKeyFile> {
  if (createIfMissing) await createFileDurably(path, textOf(newEntry()));
  let keys = new Map<string, KeyObject>();

  async function read(): Promise<Content> {
    const content = parse(await textAt(path), path);
    keys = new Map([content, ...content.earlier].map(({ keyId, key }) => [keyId, keyOf(key)]));
    return content;
  }
  const dataKey = (keyId: string): DataKey => {
    const key = keys.get(keyId);
    if (!key) throw foreign(path);
    return { keyId, key };
  };

  await read();
  return {
    async holds(wrappedBy) {
      // The ids of other providers have a colon: what they wrapped does not wait for the file.
      if (!keys.has(wrappedBy) && !wrappedBy.includes(':')) await read();
      return keys.has(wrappedBy);
    },
    currentKeyId: async () => (await read()).keyId,
    async wrap(clear, tenantId, keyId) {
      const current = await read();
      if (!isUuid(current.keyId)) throw damaged(path);
      const under = { keyId: current.keyId, key: keyOf(current.key) };
      return { wrappedKey: seal(clear, under, bindingOf(tenantId, keyId)), wrappedBy: current.keyId };
    },
    async unwrap({ wrappedKey, wrappedBy }, tenantId, keyId) {
      try {
        const clear = openSealed(wrappedKey, dataKey(wrappedBy), bindingOf(tenantId, keyId));
        const key = createSecretKey(clear);
        clear.fill(0);
        return key;
      } catch (cause) {
        throw cause instanceof SealBroken ? foreign(path, cause) : cause;
      }
    },
    earlierKeyIds: async () => (await read()).earlier.map(({ keyId }) => keyId),
    async addKey() {
      const { earlier, ...present } = await read();
      await replaceFileDurably(path, textOf(newEntry(), [present, ...earlier]));
      await read();
    },
    async destroyEarlierKeys() {
      const { earlier, ...present } = await read();
      if (earlier.length > 0) await replaceFileDurably(path, textOf(present));
      await read();
      return earlier.map(({ keyId }) => keyId);
    },
  };
}

const textOf = (current: Entry, earlier: readonly Entry[] = []): string =>
  `${JSON.stringify({ ...current, ...(earlier.length > 0 ? { earlier } : {}) })}\n`;

function keyOf(text: string): KeyObject {
  const bytes = Buffer.from(text, 'base64');
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

const textAt = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    const sentence = `the master key file ${path} cannot be read; set MASTER_KEY_FILE to where it is`;
    throw new MasterKeyFailure('away', 'master-key-file', sentence, cause);
  });

const isEntry = (value: unknown): value is Entry => {
  if (typeof value !== 'object' || value === null || !('keyId' in value) || !('key' in value)) return false;
  const { keyId, key } = value;
  return typeof keyId === 'string' && typeof key === 'string' && Buffer.from(key, 'base64').length === keyBytes;
};

function parse(text: string, path: string): Content {
  try {
    const value: unknown = JSON.parse(text);
    const earlier: unknown = typeof value === 'object' && value !== null && 'earlier' in value ? value.earlier : [];
    if (isEntry(value) && Array.isArray(earlier) && earlier.every(isEntry)) {
      return { keyId: value.keyId, key: value.key, earlier };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw damaged(path);
}

const damaged = (path: string): MasterKeyFailure =>
  new MasterKeyFailure(
    'refused',
    'master-key-file',
    `the master key file ${path} is damaged; restore it from its backup`,
  );

const foreign = (path: string, cause?: unknown): MasterKeyFailure =>
  new MasterKeyFailure(
    'foreign',
    'master-key-file',
    `the master key file ${path} does not open this database's keys; set MASTER_KEY_FILE to the one that does, or restore it from its backup`,
    cause,
  );
