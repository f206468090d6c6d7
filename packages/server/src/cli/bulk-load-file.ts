import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { CommandFailure } from './failure.ts';

/** Well below what one part may have, and few enough parts for a file of gigabytes. */
const partBytes = 8 * 1_048_576;

/** A file of records that is about to be loaded. */
export type BulkLoadFile = {
  /** What it is called; undefined for standard input. */
  name: string | undefined;
  /** Undefined when nobody knows before it has been read. */
  size: number | undefined;
  format: 'csv' | 'ndjson';
  compression: 'none' | 'gzip';
  parts: AsyncIterable<Buffer>;
};

/**
 * Opens a file by its path, `-` for standard input. Its name tells the format unless that is given; its first bytes tell
 * whether it is packed. Throws a sentence when it cannot be read, or when nothing tells the format.
 */
export async function openBulkLoadFile(path: string, format: 'csv' | 'ndjson' | undefined): Promise<BulkLoadFile> {
  const isInput = path === '-';
  const known = format ?? formatOf(path);
  if (!known) throw new CommandFailure('usage', `Say --format csv or --format ndjson: the name ${path} does not tell.`);
  const stream = isInput ? process.stdin : await openStream(path);
  const parts = partsOf(stream);
  const first = await parts.next();
  const isPacked = !first.done && first.value[0] === 0x1f && first.value[1] === 0x8b;
  return {
    name: isInput ? undefined : basename(path),
    size: isInput ? undefined : (await stat(path)).size,
    format: known,
    compression: isPacked ? 'gzip' : 'none',
    parts: first.done ? parts : startingWith(first.value, parts),
  };
}

function formatOf(path: string): 'csv' | 'ndjson' | undefined {
  const [, ending = ''] = /\.(csv|ndjson|jsonl)(?:\.gz)?$/i.exec(path) ?? [];
  if (ending === '') return undefined;
  return ending.toLowerCase() === 'csv' ? 'csv' : 'ndjson';
}

async function openStream(path: string): Promise<Readable> {
  const stream = createReadStream(path, { highWaterMark: 1_048_576 });
  await once(stream, 'open').catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`${path} cannot be read (${cause.code ?? 'failed'})`, { cause });
  });
  return stream;
}

async function* partsOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const piece of stream) {
    waiting.push(piece);
    length += piece.length;
    if (length >= partBytes) {
      yield Buffer.concat(waiting);
      waiting = [];
      length = 0;
    }
  }
  if (length > 0) yield Buffer.concat(waiting);
}

async function* startingWith(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}
