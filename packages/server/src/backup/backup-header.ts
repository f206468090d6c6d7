import { createHash, createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { DataKey } from '../crypto/envelope.ts';
import type { StreamBinding } from '../crypto/sealed-stream.ts';
import type { MasterKeyProvider } from '../keys/master-key.ts';
import { masterKeyFailureOf } from '../keys/master-key-failure.ts';

const signature = 'onfile-backup 1';
/** More than a header takes, whoever wraps the key. */
const mostBytes = 16_384;
/** Where a tenant's id stands for the keys of tenants; no tenant has this one. */
const owner = 'onfile backup';

const Header = Type.Object({
  createdAt: Type.String(),
  onfile: Type.String(),
  keyId: Type.String(),
  /** The master key's id. */
  wrappedBy: Type.String(),
  wrappedKey: Type.String(),
});

/** What stands at the beginning of a backup in clear: when it was made, and its key under the master key. */
export type Header = Static<typeof Header>;
export type SealedUnder = { header: Header; dataKey: DataKey; binding: StreamBinding };

const lineOf = (header: Header): string => `${signature}\n${JSON.stringify(header)}\n`;

/** What follows opens behind this header alone. */
const bindingOf = (header: Header): StreamBinding => [
  owner,
  createHash('sha256').update(lineOf(header)).digest('hex'),
  header.keyId,
];

/** A key of 256 random bits for one backup, wrapped by the master key, and the bytes that the file begins with. */
export async function newHeader(
  masterKey: MasterKeyProvider,
  facts: Pick<Header, 'createdAt' | 'onfile'>,
): Promise<SealedUnder & { bytes: Buffer }> {
  const keyId = randomUUID();
  const clear = randomBytes(32);
  const { wrappedKey, wrappedBy } = await masterKey.wrap(clear, owner, keyId);
  const dataKey = { keyId, key: createSecretKey(clear) };
  clear.fill(0);
  const header = { ...facts, keyId, wrappedBy, wrappedKey: wrappedKey.toString('base64') };
  return { header, dataKey, binding: bindingOf(header), bytes: Buffer.from(lineOf(header)) };
}

/** Reads the header and its length in bytes. Throws a sentence when the file does not begin with one. */
export async function readHeader(file: FileHandle, path: string): Promise<{ header: Header; length: number }> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
  const text = buffer.subarray(0, bytesRead).toString('latin1');
  const [first, line] = text.split('\n', 2);
  const header = first === signature && line !== undefined ? parse(line) : null;
  // Written anew it must be the same text: nothing may stand in a header that its binding does not hold.
  if (header === null || !text.startsWith(lineOf(header))) {
    throw new Error(`${path} is not a backup of Onfile, or it is damaged; name another file`);
  }
  return { header, length: Buffer.byteLength(lineOf(header)) };
}

function parse(line: string): Header | null {
  try {
    return Value.Parse(Header, JSON.parse(line));
  } catch {
    return null;
  }
}

/** Opens the backup's key. Throws a sentence when the master key is another one, or the header was changed. */
export async function unwrapHeader(masterKey: MasterKeyProvider, header: Header, path: string): Promise<SealedUnder> {
  const { wrappedBy, keyId } = header;
  if (!(await masterKey.holds(wrappedBy))) {
    throw new Error(
      `${path} was made under another master key (${wrappedBy}); set MASTER_KEY_FILE to that one, or MASTER_KEY_PROVIDER to where it is`,
    );
  }
  const wrapped = { wrappedKey: Buffer.from(header.wrappedKey, 'base64'), wrappedBy };
  const key = await masterKey.unwrap(wrapped, owner, keyId).catch((cause: unknown) => {
    const failure = masterKeyFailureOf(cause);
    if (failure !== null && failure.kind !== 'foreign') throw new Error(failure.message, { cause });
    throw new Error(
      `the master key does not open ${path}: the file is damaged, or the key is; take another copy of either`,
      { cause },
    );
  });
  return { header, dataKey: { keyId, key }, binding: bindingOf(header) };
}
