import type { ConfigurationSnapshot, SnapshotSummary } from '../../contract/configuration-snapshot.ts';
import type { SnapshotRow, SnapshotSummaryRow } from '../../store/configuration-snapshots.ts';

export const presentSummary = (row: SnapshotSummaryRow): SnapshotSummary => ({
  id: row.snapshot_id,
  name: row.name,
  description: row.description ?? undefined,
  captured_at: row.captured_at.toISOString(),
  created_by_id: row.created_by_id,
});

export const presentSnapshot = (row: SnapshotRow): ConfigurationSnapshot => ({
  ...presentSummary(row),
  format_version: row.format_version,
  document: row.document,
});
