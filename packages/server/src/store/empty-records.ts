import type { Transaction } from './database.ts';
import { type FoundRecord, foundFrom, selectFound } from './records.ts';

/** Neither brand nor last digits nor expiry; what would make a reader fail stays in its form. */
export const emptied = `
      key_id = NULL, sealed = NULL, credit_card_type = 'other', last_four_digits = '', expires = NULL,
      payrix_migrated = NULL, sys_external_id = NULL, sys_locked = NULL, sys_snapshot_base_version = NULL, marks = NULL`;

const emptyCurrent = {
  name: 'empty-records',
  text: `
    UPDATE stored_payment_methods
    SET ${emptied},
      sys_version = sys_version + 1, sys_deleted_at = coalesce(sys_deleted_at, $3), sys_deleted_by_id = $4,
      sys_last_modified_at = greatest($3, sys_last_modified_at + interval '1 millisecond'),
      sys_last_modified_by_id = $4, sys_last_security_context = $5
    WHERE tenant_id = $1 AND id = ANY ($2::text[])`,
};

const addLastVersions = {
  name: 'add-last-versions',
  text: `
    INSERT INTO stored_payment_method_versions (tenant_id, id, sys_version, customer_id, type, credit_card_type,
      last_four_digits, sys_created_at, sys_created_by_id, sys_last_modified_at, sys_last_modified_by_id,
      sys_last_security_context, sys_deleted_at, sys_deleted_by_id)
    SELECT tenant_id, id, sys_version, customer_id, type, credit_card_type, last_four_digits, sys_created_at,
      sys_created_by_id, sys_last_modified_at, sys_last_modified_by_id, sys_last_security_context, sys_deleted_at,
      sys_deleted_by_id
    FROM stored_payment_methods
    WHERE tenant_id = $1 AND id = ANY ($2::text[])
    RETURNING id`,
};

const emptyHistory = {
  name: 'empty-history',
  text: `
    UPDATE stored_payment_method_versions v
    SET ${emptied}, sys_last_security_context = v.sys_last_security_context - 'address'
    WHERE v.tenant_id = $1 AND v.id = ANY ($2::text[]) AND v.key_id IS NOT NULL
      AND v.customer_id = (SELECT customer_id FROM stored_payment_methods m WHERE m.tenant_id = $1 AND m.id = v.id)`,
};

/** Each of them for the records, by their ids. */
const destroyRecords = [
  {
    name: 'erase-terms',
    text: 'DELETE FROM custom_field_terms WHERE tenant_id = $1 AND record_id = ANY ($2::text[])',
  },
  {
    name: 'erase-numbers-of-records',
    text: 'DELETE FROM vault_secrets WHERE tenant_id = $1 AND record_id = ANY ($2::text[])',
  },
  {
    name: 'erase-tasks-of-records',
    text: `DELETE FROM token_tasks WHERE tenant_id = $1 AND kind = 'obtain' AND record_id = ANY ($2::text[])`,
  },
  {
    name: 'erase-errors-of-records',
    text: `
      UPDATE bulk_data_operation_results SET sealed_error = NULL
      WHERE tenant_id = $1 AND record_id = ANY ($2::text[]) AND sealed_error IS NOT NULL
        AND operation_id IN (SELECT task_id FROM background_tasks WHERE tenant_id = $1 AND kind = 'bulk_data_operation')`,
  },
];

/** Names and keys of files go at once, so that the bytes cannot be read though their storage may be away. */
const destroyFiles = {
  name: 'erase-files',
  text: `
    UPDATE files SET state = 'removing', sealed = NULL, destroy_after = $3
    WHERE tenant_id = $1 AND record_id = ANY ($2::text[]) AND state <> 'removed'`,
};

/** Who empties records, when and why. */
export type Emptying = { ids: readonly string[]; at: Date; by: string; context: object };

/**
 * Leaves the shells of records that are locked: their next version, which is deleted and has no content. The versions
 * that were theirs under the same customer are emptied too, their numbers, terms and files gone.
 */
export async function emptyRecords(tx: Transaction, { ids, at, by, context }: Emptying): Promise<void> {
  if (ids.length === 0) return;
  const { tenantId } = tx;
  await tx.query(emptyHistory, [tenantId, ids]);
  await tx.query(emptyCurrent, [tenantId, ids, at, by, JSON.stringify(context)]);
  await tx.query(addLastVersions, [tenantId, ids]);
  for (const statement of destroyRecords) await tx.query(statement, [tenantId, ids]);
  await tx.query(destroyFiles, [tenantId, ids, at]);
}

const holdDeleted = {
  name: 'hold-deleted-records',
  text: `${selectFound('m')}
    ${foundFrom}
    WHERE m.tenant_id = $1 AND m.sys_deleted_at <= $2 AND m.key_id IS NOT NULL
    ORDER BY m.sys_deleted_at
    LIMIT $3
    FOR UPDATE OF m SKIP LOCKED`,
};

/** Records that were deleted by an instant and still have their content, those deleted first before the others. */
export const holdDeletedRecords = (tx: Transaction, until: Date, limit: number): Promise<FoundRecord[]> =>
  tx.query(holdDeleted, [tx.tenantId, until, limit]);
