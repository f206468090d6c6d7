import type { Context } from '../../context.ts';
import { bytesArgument, integerArgument, OnfileError } from '../../errors.ts';
import { collectYoung } from '../../memory.ts';
import { appendChunk } from '../../store/bulk-load-chunks.ts';
import { operation } from '../operation.ts';
import { chunkBytes, readChunk, sealChunk } from './content.ts';
import { findBulkLoad, wrongState } from './find.ts';
import { requireLoading, requireOwnLoad } from './may-load.ts';
import { presentBulkLoad, type ShownBulkLoad } from './present.ts';

/** Of one request: a slow client is done with it before a request times out, and a cut one has little to send again. */
const mostPartBytes = 16 * 1_048_576;

const tooLarge = () => new OnfileError('errormessage.body.too.large', { args: [bytesArgument(mostPartBytes)] });

/**
 * Adds a part of the file at its offset in bytes. What arrived whole stays, even if the rest of the part never comes.
 * Throws 409 when the load is not open or its bytes end elsewhere, naming where, except for the same bytes once more;
 * 413 for a part that is too large; 403 for any caller but the one who opened the load.
 */
export const appendToBulkLoad = operation(
  'BULK_WRITE',
  async (
    ctx: Context,
    { id, offset, content, length }: { id: string; offset: number; content: AsyncIterable<Buffer>; length: number },
  ): Promise<ShownBulkLoad> => {
    const found = await findBulkLoad(ctx, id);
    requireLoading(ctx, presentBulkLoad(ctx, found).load);
    requireOwnLoad(ctx, found);
    if (length > mostPartBytes) throw tooLarge();
    let at = offset;
    for await (const piece of piecesOf(content)) {
      if (at + piece.length - offset > mostPartBytes) throw tooLarge();
      await appendPiece(ctx, id, at, piece);
      at += piece.length;
      collectYoung();
    }
    const now = await findBulkLoad(ctx, id);
    const shown = presentBulkLoad(ctx, now);
    if (now.state !== 'open') throw wrongState(now);
    if (shown.load.bytes < at) throw endsElsewhere(shown);
    return shown;
  },
);

async function appendPiece(ctx: Context, id: string, at: number, piece: Buffer): Promise<void> {
  const chunk = sealChunk(ctx, id, at, piece);
  const appended = await ctx.db.transaction(ctx.tenant.tenantId, (tx) => appendChunk(tx, id, chunk, at + piece.length));
  if (appended) return;
  const now = await findBulkLoad(ctx, id);
  if (now.state !== 'open') throw wrongState(now);
  const kept = await readChunk(ctx, id, at);
  if (!kept?.equals(piece)) throw endsElsewhere(presentBulkLoad(ctx, now));
}

const endsElsewhere = ({ load }: ShownBulkLoad) =>
  new OnfileError('errormessage.bulk.load.offset', { args: [integerArgument(load.bytes)], reference: 'offset' });

/**
 * The same bytes in pieces of one size, the last one aside, so that a part that is sent again has the same ones. Each
 * is there until the next is asked for: they share their memory.
 */
async function* piecesOf(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const piece = Buffer.allocUnsafeSlow(chunkBytes);
  let length = 0;
  for await (const bytes of content) {
    for (let from = 0; from < bytes.length; ) {
      const copied = bytes.copy(piece, length, from);
      from += copied;
      length += copied;
      if (length < chunkBytes) continue;
      yield piece;
      length = 0;
    }
  }
  if (length > 0) yield piece.subarray(0, length);
}
