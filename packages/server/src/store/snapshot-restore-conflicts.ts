import type { RestoreConflict } from '../contract/configuration-snapshot.ts';
import type { Database, Transaction } from './database.ts';

const write = {
  name: 'write-snapshot-restore-conflicts',
  text: `
    INSERT INTO snapshot_restore_conflicts (tenant_id, task_id, resource, subject_id, error_code)
    SELECT $1, $2, c.resource, c.id, c.error_code
    FROM json_to_recordset($3::json) AS c (resource text, id text, error_code text)
    ON CONFLICT DO NOTHING
    RETURNING subject_id`,
};

/** Keeps what a restore could not do; answers how many of it were not known yet. */
export async function insertConflicts(
  tx: Transaction,
  taskId: string,
  conflicts: readonly RestoreConflict[],
): Promise<number> {
  if (conflicts.length === 0) return 0;
  return (await tx.query(write, [tx.tenantId, taskId, JSON.stringify(conflicts)])).length;
}

const readPage = {
  name: 'read-snapshot-restore-conflicts-page',
  text: `
    SELECT resource, subject_id AS id, error_code FROM snapshot_restore_conflicts
    WHERE tenant_id = $1 AND task_id = $2 AND (resource, subject_id) > ($3, $4)
    ORDER BY resource, subject_id
    LIMIT $5`,
};

/** By resource and id, after the given ones ('' for the first page). */
export const listConflicts = (
  db: Database,
  tenantId: string,
  taskId: string,
  after: Pick<RestoreConflict, 'id'> & { resource: string },
  limit: number,
): Promise<RestoreConflict[]> => db.single(tenantId, readPage, [tenantId, taskId, after.resource, after.id, limit]);
