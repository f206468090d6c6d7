import {
  type Begin,
  beginPath,
  type Counted,
  type DirectoryKind,
  directoryKinds,
  type End,
  endPath,
  type Piece,
  parseBegin,
  parseEnd,
  placeOf,
} from './contents.ts';
import { RowDigest } from './row-digest.ts';

/** What becomes of a backup's contents as they are read. */
export type ContentsSink = {
  begin(begin: Begin): Promise<void>;
  table(name: string, lines: Buffer): Promise<void>;
  file(kind: DirectoryKind, name: string, bytes: Buffer): Promise<void>;
};

export type ContentsReader = { take: (piece: Piece) => Promise<void>; finish: () => Contents };
export type Contents = { begin: Begin; end: End };

const isDirectoryKind = (kind: string): kind is DirectoryKind => directoryKinds.some((known) => known === kind);

/**
 * Hands the pieces of a backup on, in order. `finish` answers what it was, and throws a sentence when it is not all
 * there, or its tables are not what they were said to be.
 */
export function readContents(sink: ContentsSink): ContentsReader {
  let begin: Begin | undefined;
  let end: End | undefined;
  const digests = new Map<string, RowDigest>();
  const bytesRead: Record<DirectoryKind, number> = { 'audit-checkpoints': 0, erasures: 0, files: 0 };

  async function takePart({ path, bytes }: Piece): Promise<void> {
    const { kind, name } = placeOf(path);
    if (kind === 'tables') {
      const digest = digests.get(name) ?? new RowDigest();
      digests.set(name, digest);
      digest.add(bytes);
      await sink.table(name, bytes);
    } else if (isDirectoryKind(kind)) {
      bytesRead[kind] += bytes.length;
      await sink.file(kind, name, bytes);
    } else {
      throw new Error(`the backup holds a part of an unknown kind (${path}); take another one`);
    }
  }
  const isAsSaid = (counted: Counted | null, bytes: number): boolean => (counted?.bytes ?? 0) === bytes;

  return {
    async take(piece) {
      if (piece.path === endPath) {
        end = parseEnd(piece.bytes);
      } else if (piece.path === beginPath) {
        begin = parseBegin(piece.bytes);
        await sink.begin(begin);
      } else {
        await takePart(piece);
      }
    },
    finish() {
      if (!begin || !end) throw new Error('the backup is not complete; take another one');
      for (const { name, rows, digest } of end.tables) {
        const read = (digests.get(name) ?? new RowDigest()).totals();
        if (read.rows !== rows || read.digest !== digest) {
          throw new Error(`the backup's table ${name} is not what was copied; take another one`);
        }
      }
      const { directories } = end;
      if (directoryKinds.every((kind) => isAsSaid(directories[kind], bytesRead[kind]))) return { begin, end };
      throw new Error("the backup's files are not what was copied; take another one");
    },
  };
}
