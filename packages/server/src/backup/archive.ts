import { pipeline } from 'node:stream/promises';
import { extract, pack } from 'tar-stream';
import type { Piece } from './contents.ts';

/** Pieces as a tar (POSIX.1-2001), so that what was opened can be read without Onfile too. */
export async function* packArchive(pieces: AsyncIterable<Piece>): AsyncGenerator<Buffer> {
  const archive = pack();
  const add = ({ path, bytes }: Piece): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Written to the entry and not given with it: only so does it wait until it was read.
    const entry = archive.entry({ name: path, size: bytes.length }, (error) => (error ? reject(error) : resolve()));
    entry.end(bytes);
    return promise;
  };
  const fill = async (): Promise<void> => {
    for await (const piece of pieces) await add(piece);
    archive.finalize();
  };
  const filled = fill().catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error('the backup ended early', { cause: error }));
    throw error;
  });
  filled.catch(() => undefined);
  try {
    yield* archive as AsyncIterable<Buffer>;
    await filled;
  } finally {
    archive.destroy();
  }
}

/** Gives each piece of a tar that `packArchive` made to `take`, in order, one at a time. */
export async function unpackArchive(
  source: AsyncIterable<Buffer>,
  take: (piece: Piece) => Promise<void>,
): Promise<void> {
  const archive = extract();
  const read = async (): Promise<void> => {
    for await (const entry of archive) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      await take({ path: entry.header.name, bytes: Buffer.concat(chunks) });
    }
  };
  const reading = read().catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : undefined);
    throw error;
  });
  reading.catch(() => undefined);
  await Promise.all([pipeline(source, archive), reading]);
}
