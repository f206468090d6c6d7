import type { Context } from '../../context.ts';
import type { AuditItem } from '../../contract/audit.ts';
import { findChainEnd } from '../../store/audit-checkpoints.ts';
import { listSealedEntries } from '../../store/audit-list.ts';
import { operation } from '../operation.ts';
import { firstPlace } from './list.ts';
import { presentEntry } from './present.ts';
import { recordRead } from './record-read.ts';

const entriesAtOnce = 1000;

/** An entry with what shows that it is in the chain; both in base64. */
export type ExportedEntry = AuditItem & { code: string; chain: string };

/**
 * The sealed entries of a tenant from one instant to before another, up to the end of the chain as it is now, a page of
 * lines at a time. Details only when they are asked for. The export is audited before it begins.
 */
export const exportAudit = operation(
  'AUDIT_READ',
  async (
    ctx: Context,
    input: { from: Date | null; to: Date | null; withDetails: boolean },
  ): Promise<AsyncGenerator<ExportedEntry[]>> => {
    const { tenantId } = ctx.tenant;
    const end = (await findChainEnd(ctx.db, tenantId))?.number ?? 0;
    await recordRead(ctx, 'audit.exported', { kind: 'tenant', id: tenantId });
    return pages(ctx, input, end);
  },
);

async function* pages(
  ctx: Context,
  { from, to, withDetails }: { from: Date | null; to: Date | null; withDetails: boolean },
  end: number,
): AsyncGenerator<ExportedEntry[]> {
  const selection = { subjectId: null, action: null, actorId: null, from, to };
  for (let after = await firstPlace(ctx, from); after < end; after += entriesAtOnce) {
    const place = { after, upTo: Math.min(end, after + entriesAtOnce), limit: entriesAtOnce };
    await ctx.keysOf(ctx.tenant.tenantId);
    const rows = await listSealedEntries(ctx.db, ctx.tenant.tenantId, selection, place);
    yield rows.map((row) => ({
      ...presentEntry(ctx, row, withDetails),
      code: row.code.toString('base64'),
      chain: row.chain.toString('base64'),
    }));
  }
}
