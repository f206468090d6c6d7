import { randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { clearLength, openStream, sealStream } from '../../crypto/sealed-stream.ts';
import { type FilePlace, type ServedStorage, StorageUnavailable } from './file-storage.ts';

const binding = ({ tenantId, fileId }: FilePlace) => [tenantId, 'files', fileId] as const;

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Runs what may find nothing. Throws `StorageUnavailable` for every other failure of the file system. */
async function orMissing<Result>(run: () => Promise<Result>): Promise<Result | null> {
  try {
    return await run();
  } catch (error) {
    if (isMissing(error)) return null;
    throw failed(error);
  }
}

/** What the file system says is no fault of the caller's; what the bytes brought with them is passed on. */
const failed = (error: unknown): unknown =>
  error instanceof Error && 'syscall' in error ? new StorageUnavailable(error) : error;

/**
 * Files in a directory, sealed piece by piece under a key of their own, so that a lost disk shows nothing. Each file has
 * a directory, with what was uploaded, what is kept and what an interrupted upload left, and goes with it.
 */
export function createLocalStorage(directory: string): ServedStorage {
  const home = ({ tenantId, fileId }: Omit<FilePlace, 'dataKey'>) => join(directory, 'tenants', tenantId, fileId);
  const uploadPath = (place: Omit<FilePlace, 'dataKey'>) => join(home(place), 'upload');
  const keptPath = (place: Omit<FilePlace, 'dataKey'>) => join(home(place), 'file');

  const clear = (file: FileHandle, place: FilePlace): Readable =>
    Readable.from(openStream(file.createReadStream() as AsyncIterable<Buffer>, place.dataKey, binding(place)), {
      objectMode: false,
    });

  async function findUpload(place: FilePlace) {
    const found = await orMissing(() => stat(uploadPath(place), { bigint: true }));
    return found && { size: clearLength(Number(found.size)), tag: tagOf(found) };
  }

  return {
    hasLinks: false,
    findUpload,
    async readUpload(place) {
      const file = await orMissing(() => open(uploadPath(place)));
      if (!file) throw new StorageUnavailable(new Error('the upload went away'));
      return clear(file, place);
    },
    async keepUpload(place, { tag }) {
      // A link to the very bytes that were looked at: what is uploaded next is another file of this name.
      const linked = join(home(place), `${randomUUID()}.part`);
      const found = await orMissing(async () => {
        await link(uploadPath(place), linked);
        return stat(linked, { bigint: true });
      });
      if (!found || tagOf(found) !== tag) {
        await orMissing(() => rm(linked, { force: true }));
        return false;
      }
      const kept = await orMissing(async () => {
        await rename(linked, keptPath(place));
        for (const path of [home(place), dirname(home(place))]) await syncDirectory(path);
        return true;
      });
      return kept === true;
    },
    async removeUpload(place) {
      await orMissing(() => rm(uploadPath(place)));
    },
    async remove(place) {
      await orMissing(() => rm(home(place), { recursive: true, force: true }));
    },
    async receive(place, bytes) {
      const part = join(home(place), `${randomUUID()}.part`);
      try {
        await mkdir(home(place), { recursive: true, mode: 0o700 });
        await writeDurably(part, sealStream(bytes, place.dataKey, binding(place)));
        await rename(part, uploadPath(place));
      } catch (error) {
        await rm(part, { force: true }).catch(() => undefined);
        throw failed(error);
      }
    },
    async read(place) {
      const file = await orMissing(() => open(keptPath(place)));
      return file && clear(file, place);
    },
  };
}

const tagOf = ({ ino, mtimeNs }: { ino: bigint; mtimeNs: bigint }): string => `${ino}.${mtimeNs}`;

async function writeDurably(path: string, bytes: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const piece of bytes) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A name that was just given is on the disk only with its directory. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
