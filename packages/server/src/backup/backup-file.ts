import { randomUUID } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import { openStream, sealStream } from '../crypto/sealed-stream.ts';
import type { MasterKeyProvider } from '../keys/master-key.ts';
import { syncDirectory } from '../sync-directory.ts';
import { hasCode } from '../system-error.ts';
import { packArchive, unpackArchive } from './archive.ts';
import { type Header, newHeader, readHeader, unwrapHeader } from './backup-header.ts';
import type { Piece } from './contents.ts';

/**
 * Writes a backup: a header in clear, and behind it the pieces as a tar, compressed (zstd) and sealed under the backup's
 * own key. It appears under its name whole and on disk, or not at all, and never takes the place of another file.
 * Answers its length in bytes. Throws sentences, and the signal's reason once that fires.
 */
export async function writeBackupFile(options: {
  path: string;
  masterKey: MasterKeyProvider;
  facts: Pick<Header, 'createdAt' | 'onfile'>;
  /** `wrappedBy` names the master key that the backup's own key is wrapped by. */
  pieces: (wrappedBy: string) => AsyncIterable<Piece>;
  signal: AbortSignal;
}): Promise<number> {
  const { path, masterKey, facts, pieces, signal } = options;
  const { header, bytes, dataKey, binding } = await newHeader(masterKey, facts);
  const draft = `${path}.${randomUUID()}.partial`;
  let written = 0;
  try {
    await using file = await open(draft, 'wx', 0o600);
    const write = async (part: Buffer): Promise<void> => {
      await file.writeFile(part);
      written += part.length;
    };
    await write(bytes);
    const seal = async (source: AsyncIterable<Buffer>): Promise<void> => {
      for await (const sealed of sealStream(source, dataKey, binding)) await write(sealed);
    };
    await pipeline(packArchive(pieces(header.wrappedBy)), createZstdCompress(), seal, { signal });
    await file.sync();
    await link(draft, path);
  } catch (error) {
    throw refusal(error, path);
  } finally {
    await rm(draft, { force: true });
  }
  await syncDirectory(dirname(path));
  return written;
}

function refusal(error: unknown, path: string): unknown {
  if (hasCode(error, 'EEXIST')) return new Error(`${path} is there already; name another file`);
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) {
    return new Error(
      `the disk of ${dirname(path)} is full, so nothing was kept; free some space or name another place`,
    );
  }
  if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EROFS', 'EPERM') && 'syscall' in (error as Error)) {
    return new Error(`nothing can be written to ${dirname(path)}; make that directory, or name another one`, {
      cause: error,
    });
  }
  return error;
}

/**
 * Reads a backup and gives its pieces to `take`, each only after it was found unchanged and in its place; `onBytes`
 * hears how much of the file was read, and of how much. Throws a sentence when it was changed or cut, or the master key
 * is another one; what `take` throws is passed on.
 */
export async function readBackupFile(options: {
  path: string;
  masterKey: MasterKeyProvider;
  take: (piece: Piece) => Promise<void>;
  onBytes: (read: number, length: number) => void;
}): Promise<{ header: Header; bytes: number }> {
  const { path, masterKey, onBytes } = options;
  await using file = await open(path, 'r').catch((cause: Error) => {
    throw new Error(`the backup cannot be read (${cause.message}); name a file that this account can read`, { cause });
  });
  const { header, length } = await readHeader(file, path);
  const { dataKey, binding } = await unwrapHeader(masterKey, header, path);
  const { size } = await file.stat();
  let refused: { reason: unknown } | undefined;
  const take = async (piece: Piece): Promise<void> => {
    try {
      await options.take(piece);
    } catch (reason) {
      refused = { reason };
      throw reason;
    }
  };
  async function* sealed(): AsyncGenerator<Buffer> {
    let read = length;
    for await (const chunk of file.createReadStream({ start: length, autoClose: false })) {
      read += (chunk as Buffer).length;
      onBytes(read, size);
      yield chunk as Buffer;
    }
  }
  const unpack = (source: AsyncIterable<Buffer>): Promise<void> => unpackArchive(source, take);
  try {
    await pipeline(openStream(sealed(), dataKey, binding), createZstdDecompress(), unpack);
  } catch (cause) {
    if (refused) throw refused.reason;
    if (cause instanceof Error && 'syscall' in cause) throw cause;
    throw new Error(`${path} is damaged: it was changed or cut off; take another one`, { cause });
  }
  return { header, bytes: size };
}
