import type { Context } from '../../context.ts';
import { documentFormat } from '../../contract/configuration-snapshot.ts';
import { OnfileError } from '../../errors.ts';
import { findSnapshotEvenDeleted as readSnapshot, type SnapshotRow } from '../../store/configuration-snapshots.ts';

type Reader = Pick<Context, 'db' | 'tenant'>;

export const snapshotNotFound = (reference?: string) =>
  new OnfileError('errormessage.configuration.snapshot.not.found', reference === undefined ? {} : { reference });

/** The row of a snapshot. Throws 404 when the tenant has none of that id; `reference` names a parameter that gave it. */
export async function findSnapshot(ctx: Reader, id: string, reference?: string): Promise<SnapshotRow> {
  const row = await readSnapshot(ctx.db, ctx.tenant.tenantId, id);
  if (!row || row.is_deleted) throw snapshotNotFound(reference);
  return readable(row);
}

/** The same, also when it was deleted since somebody ordered a restore of it. */
export async function findSnapshotEvenDeleted(ctx: Reader, id: string): Promise<SnapshotRow> {
  const row = await readSnapshot(ctx.db, ctx.tenant.tenantId, id);
  if (!row) throw snapshotNotFound();
  return readable(row);
}

function readable(row: SnapshotRow): SnapshotRow {
  if (row.format_version !== documentFormat) throw new Error('a snapshot is of a form that this version cannot read');
  return row;
}
