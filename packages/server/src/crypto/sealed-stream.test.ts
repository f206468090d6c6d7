import assert from 'node:assert/strict';
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { SealBroken } from './envelope.ts';
import { clearLength, openStream, sealStream } from './sealed-stream.ts';

const dataKey = { keyId: randomUUID(), key: createSecretKey(randomBytes(32)) };
const binding = ['acme', 'files', 'file_1'] as const;

/** The bytes in chunks of a length that fits no piece. */
async function* chunksOf(bytes: Buffer, length = 10_007): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

async function gather(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const sealed = (clear: Buffer): Promise<Buffer> => gather(sealStream(chunksOf(clear), dataKey, binding));
const opened = (bytes: Buffer, bound: readonly [string, string, string] = binding): Promise<Buffer> =>
  gather(openStream(chunksOf(bytes), dataKey, bound));

test('a stream of any length opens as it was, and its length is known without opening it', async () => {
  for (const length of [0, 1, 65_535, 65_536, 65_537, 131_072, 300_000]) {
    const clear = randomBytes(length);
    const bytes = await sealed(clear);
    assert.ok((await opened(bytes)).equals(clear), String(length));
    assert.equal(clearLength(bytes.length), length);
  }
});

test('a stream that was cut off, lengthened, reordered, changed or moved does not open', async () => {
  const piece = 65_536 + 45;
  const bytes = await sealed(randomBytes(200_000));
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(100) ^ 1, 100);
  const broken = {
    empty: Buffer.alloc(0),
    'without its last piece': bytes.subarray(0, 3 * piece),
    'cut within a piece': bytes.subarray(0, -1),
    'with a piece more': Buffer.concat([bytes, bytes.subarray(0, piece)]),
    reordered: Buffer.concat([bytes.subarray(piece, 2 * piece), bytes.subarray(0, piece), bytes.subarray(2 * piece)]),
    changed,
  };
  for (const [what, stream] of Object.entries(broken)) {
    await assert.rejects(opened(stream), SealBroken, what);
  }
  await assert.rejects(opened(bytes, ['acme', 'files', 'file_2']), SealBroken);
  await assert.rejects(opened(bytes, ['other', 'files', 'file_1']), SealBroken);
});
