import { open, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { hasCode } from '../system-error.ts';
import { type Counted, type DirectoryKind, inPieces, type Piece } from './contents.ts';

export type FoundFile = { path: string; bytes: number };

/** What an upload that is still under way, or was interrupted, has left. */
const unfinished = '.part';

/** The files below a directory with their present lengths; none when there is no such directory. */
export async function* listFiles(directory: string): AsyncGenerator<FoundFile> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* listFiles(path);
    else if (entry.isFile() && !entry.name.endsWith(unfinished)) {
      const found = await stat(path).catch(ifGone);
      if (found) yield { path, bytes: found.size };
    }
  }
}

/**
 * The files in pieces, each as long as it was when it was listed: what is only ever added to is then as it was at that
 * moment. One that has gone since, because it was destroyed, is left out.
 */
export async function* dumpDirectory(
  kind: DirectoryKind,
  directory: string,
  files: AsyncIterable<FoundFile> | Iterable<FoundFile>,
): AsyncGenerator<Piece, Counted> {
  const counted: Counted = { files: 0, bytes: 0 };
  for await (const { path, bytes } of files) {
    if (bytes === 0) continue;
    const file = await open(path, 'r').catch(ifGone);
    if (!file) continue;
    const name = relative(directory, path).split(sep).join('/');
    try {
      const source = file.createReadStream({ start: 0, end: bytes - 1, autoClose: false }) as AsyncIterable<Buffer>;
      for await (const piece of inPieces(`${kind}/${name}`, source)) {
        counted.bytes += piece.bytes.length;
        yield piece;
      }
      counted.files += 1;
    } finally {
      await file.close();
    }
  }
  return counted;
}

function ifGone(error: unknown): null {
  if (hasCode(error, 'ENOENT')) return null;
  throw error;
}
