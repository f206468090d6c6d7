import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

/** One entry of a backup: a part of a table or of a file, or one of the two documents that stand around them. */
export type Piece = { path: string; bytes: Buffer };

export const beginPath = 'begin.json';
export const endPath = 'end.json';
/** What is copied beside the tables, and the directory of a data directory that it goes into. */
export const directoryKinds = ['audit-checkpoints', 'erasures', 'files'] as const;
export type DirectoryKind = (typeof directoryKinds)[number];

const formatVersion = 1;
const AnyForm = Type.Object({ format: Type.Integer() });
const Begin = Type.Object({
  format: Type.Literal(formatVersion),
  onfile: Type.String(),
  createdAt: Type.String(),
  migrations: Type.Array(Type.Object({ number: Type.Integer(), name: Type.String(), checksum: Type.String() })),
  tables: Type.Array(
    Type.Object({ name: Type.String(), columns: Type.Array(Type.String()), isWalled: Type.Boolean() }),
  ),
});
const Counted = Type.Object({ files: Type.Integer(), bytes: Type.Integer() });
const End = Type.Object({
  tables: Type.Array(Type.Object({ name: Type.String(), rows: Type.Integer(), digest: Type.String() })),
  sequences: Type.Array(Type.Object({ name: Type.String(), value: Type.Union([Type.String(), Type.Null()]) })),
  directories: Type.Object({
    'audit-checkpoints': Counted,
    erasures: Counted,
    files: Type.Union([Counted, Type.Null()]),
  }),
});

/** What comes first: which Onfile made it, and what tables it holds in which schema. */
export type Begin = Static<typeof Begin>;
/** What comes last: what must have been read until then. `files` is null when they are kept in a bucket. */
export type End = Static<typeof End>;
export type Counted = Static<typeof Counted>;

/** The document that a backup begins with. */
export const beginPiece = (begin: Omit<Begin, 'format'>): Piece => ({
  path: beginPath,
  bytes: Buffer.from(JSON.stringify({ format: formatVersion, ...begin } satisfies Begin)),
});
/** The document that it ends with. */
export const endPiece = (end: End): Piece => ({ path: endPath, bytes: Buffer.from(JSON.stringify(end)) });

/** Throws a sentence when a newer Onfile wrote it in another way, and when it is damaged. */
export function parseBegin(bytes: Buffer): Begin {
  const document = parseDocument(bytes);
  if (Value.Check(Begin, document)) return document;
  if (Value.Check(AnyForm, document) && document.format > formatVersion) {
    throw new Error(
      'this backup is of a newer form than this Onfile knows; take the version that made it, or a newer one',
    );
  }
  throw new Error('the beginning of the backup is damaged; take another one');
}

/** Throws a sentence when it is damaged; one of a newer form was refused by its beginning. */
export function parseEnd(bytes: Buffer): End {
  const document = parseDocument(bytes);
  if (Value.Check(End, document)) return document;
  throw new Error('the end of the backup is damaged; take another one');
}

function parseDocument(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

const pieceBytes = 1_048_576;
const pathOf = (name: string, n: number): string => `${name}/${String(n).padStart(8, '0')}`;

/** The parts of what stands under one name, in bounded memory; none of nothing. */
export async function* inPieces(name: string, source: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  let n = 0;
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < pieceBytes) continue;
    yield { path: pathOf(name, n++), bytes: Buffer.concat(waiting, length) };
    waiting = [];
    length = 0;
  }
  if (length > 0) yield { path: pathOf(name, n), bytes: Buffer.concat(waiting, length) };
}

/** What a piece is a part of: `tables` and a table's name, say, or `files` and a path. */
export function placeOf(path: string): { kind: string; name: string } {
  const [kind = '', ...rest] = path.split('/');
  const segments = rest.slice(0, -1);
  if (segments.length === 0 || segments.some((segment) => /^(?:\.{0,2})$/.test(segment))) {
    throw new Error(`the backup holds a part of an unknown kind (${path}); take another one`);
  }
  return { kind, name: segments.join('/') };
}
