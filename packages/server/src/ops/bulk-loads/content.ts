import type { Context } from '../../context.ts';
import { seal } from '../../crypto/envelope.ts';
import { type BulkLoadChunk, findChunk } from '../../store/bulk-load-chunks.ts';

/** Bytes of a chunk as it is kept: what a request and a worker hold of a file at a time. */
export const chunkBytes = 1_048_576;

type Keys = Pick<Context, 'tenant' | 'keys'>;

/** Binds a piece of a file to its load and place. */
export const chunkBinding = (tenantId: string, loadId: string, startsAt: number) =>
  [tenantId, 'bulk_load_chunks', `${loadId} ${startsAt}`, 'sealed', 1] as const;

/** The next piece of a file, as it is kept: it may hold what its rows will be refused for. */
export const sealChunk = ({ tenant, keys }: Keys, loadId: string, startsAt: number, clear: Buffer): BulkLoadChunk => ({
  starts_at: startsAt,
  sealed: seal(clear, keys.wrapping, chunkBinding(tenant.tenantId, loadId, startsAt)),
});

/** The piece that begins there, in clear; null when none does. */
export async function readChunk(ctx: Context, loadId: string, startsAt: number): Promise<Buffer | null> {
  const { tenantId } = ctx.tenant;
  const chunk = await findChunk(ctx.db, tenantId, loadId, startsAt);
  return chunk && ctx.keys.open(chunk.sealed, chunkBinding(tenantId, loadId, startsAt));
}

/** The whole file, piece by piece. Throws when one is missing, as those of a load that is over are. */
export async function* readContent(ctx: Context, loadId: string, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; ) {
    const chunk = await readChunk(ctx, loadId, at);
    if (!chunk) throw new Error('a chunk of a bulk load is missing');
    yield chunk;
    at += chunk.length;
  }
}
