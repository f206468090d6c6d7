import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Unreadable } from './malformed.ts';

const chunkSize = 262_144;
/** A gzipped file may hold this many bytes whatever its size, and beyond that so many times its size. */
const freeBytes = 67_108_864;
const mostTimes = 200;

/** What a gzipped file holds. Throws `Unreadable` when it is none, is cut, or is blown up beyond any real file. */
export async function* decompress(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize });
  // Failures of either end are thrown by the loop below.
  pipeline(Readable.from(content), gunzip, () => {});
  let length = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > freeBytes && length > gunzip.bytesWritten * mostTimes) throw new Unreadable('a gzip bomb');
      yield chunk;
    }
  } catch (error) {
    throw isOfTheFile(error) ? new Unreadable('no gzip', { cause: error }) : error;
  } finally {
    gunzip.destroy();
  }
}

/** Zlib's own codes (`Z_DATA_ERROR`, `Z_BUF_ERROR`): whatever else failed is no fault of the file. */
const isOfTheFile = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
