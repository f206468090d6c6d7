import { type DataKey, open, SealBroken, seal } from './envelope.ts';

/** What a stream belongs to: its pieces open nowhere else. */
export type StreamBinding = readonly [tenantId: string, table: string, rowId: string];

/** Clear bytes in a piece: sealing one takes some 50 µs. */
const pieceBytes = 65_536;
/** What the envelope adds: header and tag. */
const sealBytes = 45;

/** The last piece is bound as such, so that a stream that was cut off does not open. */
const bindingOf = (binding: StreamBinding, n: number, isLast: boolean) =>
  [...binding, isLast ? 'last' : 'piece', n] as const;

/** Seals a stream piece by piece, each in its place, in bounded memory. */
export async function* sealStream(
  clear: AsyncIterable<Buffer>,
  dataKey: DataKey,
  binding: StreamBinding,
): AsyncGenerator<Buffer> {
  let n = 0;
  let previous: Buffer | null = null;
  for await (const piece of inPieces(clear, pieceBytes)) {
    if (previous) yield seal(previous, dataKey, bindingOf(binding, n++, false));
    previous = piece;
  }
  yield seal(previous ?? Buffer.alloc(0), dataKey, bindingOf(binding, n, true));
}

/** Opens what `sealStream` made. Throws `SealBroken` at the first piece that was changed, moved, or is missing. */
export async function* openStream(
  sealed: AsyncIterable<Buffer>,
  dataKey: DataKey,
  binding: StreamBinding,
): AsyncGenerator<Buffer> {
  let n = 0;
  let previous: Buffer | null = null;
  for await (const piece of inPieces(sealed, pieceBytes + sealBytes)) {
    if (previous) yield open(previous, dataKey, bindingOf(binding, n++, false));
    previous = piece;
  }
  if (!previous) throw new SealBroken();
  yield open(previous, dataKey, bindingOf(binding, n, true));
}

/** The clear bytes in a sealed stream of this length. */
export const clearLength = (sealedLength: number): number =>
  sealedLength - sealBytes * Math.ceil(sealedLength / (pieceBytes + sealBytes));

/** The same bytes in pieces of this length, but for the last one. */
async function* inPieces(source: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes < length) continue;
    const whole = Buffer.concat(waiting, bytes);
    let start = 0;
    while (bytes - start >= length) {
      yield whole.subarray(start, start + length);
      start += length;
    }
    waiting = start < bytes ? [whole.subarray(start)] : [];
    bytes -= start;
  }
  if (bytes > 0) yield Buffer.concat(waiting, bytes);
}
