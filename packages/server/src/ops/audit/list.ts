import type { Context } from '../../context.ts';
import type { AuditFilter, AuditItem, AuditQuery } from '../../contract/audit.ts';
import { parseInstant } from '../../contract/instant.ts';
import type { Page } from '../../contract/records-dialect.ts';
import { findChainEnd } from '../../store/audit-checkpoints.ts';
import { type AuditSelection, findNumberBefore, listSealedEntries } from '../../store/audit-list.ts';
import { operation } from '../operation.ts';
import { ownTenant } from '../tenants/own-tenant.ts';
import { presentEntry } from './present.ts';
import { recordRead } from './record-read.ts';

const defaultLimit = 100;
/** How many entries a page without a subject looks at, at most: a rare action must not keep the database for long. */
const stretch = 20_000;
/** How far the clocks of servers may be apart. */
const clockSkewMs = 60_000;

/**
 * The sealed entries of the tenant's audit that pass a filter, the oldest first, each a few seconds after it was
 * written. Reading them is audited itself. Throws 404 for another tenant's id.
 */
export const listAudit = operation(
  'AUDIT_READ',
  async (ctx: Context, { tenantId, query }: { tenantId: string; query: AuditQuery }): Promise<Page<AuditItem>> => {
    await ownTenant(ctx, tenantId);
    await recordRead(ctx, 'audit.read', { kind: 'tenant', id: tenantId });
    const limit = query.limit ?? defaultLimit;
    const end = (await findChainEnd(ctx.db, tenantId))?.number ?? 0;
    const selection = selectionOf(query);
    const after = query.exclusiveStartKey ? Number(query.exclusiveStartKey) : await firstPlace(ctx, selection.from);
    const upTo = selection.subjectId === null ? Math.min(end, after + stretch) : end;
    const rows = await listSealedEntries(ctx.db, tenantId, selection, { after, upTo, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const through = rows.length > limit ? page.at(-1)?.number : upTo;
    return {
      Count: page.length,
      Items: page.map((row) => presentEntry(ctx, row, true)),
      ...(through !== undefined && through < end ? { LastEvaluatedKey: String(through) } : {}),
    };
  },
);

/** Instants are validated by their format, which is what `parseInstant` reads. */
const selectionOf = ({ subject_id, action, actor_id, from, to }: AuditFilter): AuditSelection => ({
  subjectId: subject_id ?? null,
  action: action ?? null,
  actorId: actor_id ?? null,
  from: (from && parseInstant(from)) || null,
  to: (to && parseInstant(to)) || null,
});

/** A number that no entry written at or after an instant has. */
export async function firstPlace(ctx: Context, from: Date | null): Promise<number> {
  if (!from) return 0;
  return findNumberBefore(ctx.db, ctx.tenant.tenantId, new Date(from.getTime() - clockSkewMs));
}
