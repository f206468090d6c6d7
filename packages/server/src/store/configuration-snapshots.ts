import type { ConfigurationDocument } from '../contract/configuration-snapshot.ts';
import type { Database, Transaction } from './database.ts';

export type SnapshotRow = {
  snapshot_id: string;
  name: string;
  description: string | null;
  format_version: number;
  document: ConfigurationDocument;
  captured_at: Date;
  created_by_id: string;
};

const summaryColumns = 'snapshot_id, name, description, captured_at, created_by_id';

const write = {
  name: 'write-configuration-snapshot',
  text: `
    INSERT INTO configuration_snapshots (tenant_id, ${summaryColumns}, format_version, document)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
};

export async function insertSnapshot(tx: Transaction, row: SnapshotRow): Promise<void> {
  await tx.query(write, [
    tx.tenantId,
    row.snapshot_id,
    row.name,
    row.description,
    row.captured_at,
    row.created_by_id,
    row.format_version,
    row.document,
  ]);
}

const readOne = {
  name: 'read-configuration-snapshot',
  text: `
    SELECT ${summaryColumns}, format_version, document, deleted_at IS NOT NULL AS is_deleted
    FROM configuration_snapshots
    WHERE tenant_id = $1 AND snapshot_id = $2`,
};

/** A snapshot, deleted or not. */
export async function findSnapshotEvenDeleted(
  db: Database,
  tenantId: string,
  snapshotId: string,
): Promise<(SnapshotRow & { is_deleted: boolean }) | null> {
  const [row] = await db.single<SnapshotRow & { is_deleted: boolean }>(tenantId, readOne, [tenantId, snapshotId]);
  return row ?? null;
}

export type SnapshotSummaryRow = Omit<SnapshotRow, 'format_version' | 'document'>;

const readPage = {
  name: 'read-configuration-snapshots-page',
  text: `
    SELECT ${summaryColumns} FROM configuration_snapshots
    WHERE tenant_id = $1 AND ($2 = '' OR snapshot_id < $2) AND deleted_at IS NULL
    ORDER BY snapshot_id DESC
    LIMIT $3`,
};

/** The newest first, after the given one ('' for the first page): ids are ordered by time. */
export const listSnapshots = (
  db: Database,
  tenantId: string,
  after: string,
  limit: number,
): Promise<SnapshotSummaryRow[]> => db.single(tenantId, readPage, [tenantId, after, limit]);

const remove = {
  name: 'delete-configuration-snapshot',
  text: `
    UPDATE configuration_snapshots SET deleted_at = $3
    WHERE tenant_id = $1 AND snapshot_id = $2 AND deleted_at IS NULL
    RETURNING ${summaryColumns}`,
};

/** What was deleted; null when it was not there. */
export async function deleteSnapshot(
  tx: Transaction,
  snapshotId: string,
  at: Date,
): Promise<SnapshotSummaryRow | null> {
  const [row] = await tx.query<SnapshotSummaryRow>(remove, [tx.tenantId, snapshotId, at]);
  return row ?? null;
}
