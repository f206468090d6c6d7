import type { ErrorCode } from '../error-codes.ts';
import type { Database, Transaction } from './database.ts';
import { withinBytes } from './within-bytes.ts';

/** What an operation did to one record that it reached. */
export type OperationResult = {
  record_id: string;
  outcome: 'changed' | 'unchanged' | 'failed' | 'skipped';
  version_before: number;
  /** Of the version that it made, null when it made none. */
  version_after: number | null;
  error_code: ErrorCode | null;
  sealed_error: Buffer | null;
};

const write = {
  name: 'write-bulk-data-operation-results',
  text: `
    INSERT INTO bulk_data_operation_results (tenant_id, operation_id, record_id, outcome, version_before, version_after,
      error_code, sealed_error)
    SELECT $1, $2, r.record_id, r.outcome, r.version_before, r.version_after, r.error_code,
      decode(r.sealed_error, 'base64')
    FROM json_to_recordset($3::json) AS r (record_id text, outcome text, version_before integer, version_after integer,
      error_code text, sealed_error text)`,
};

/** Keeps the results of a stretch, in the transaction of the stretch. */
export async function insertOperationResults(
  tx: Transaction,
  operationId: string,
  results: readonly OperationResult[],
): Promise<void> {
  if (results.length === 0) return;
  const rows = results.map((result) => ({ ...result, sealed_error: result.sealed_error?.toString('base64') }));
  await tx.query(write, [tx.tenantId, operationId, JSON.stringify(rows)]);
}

const readPage = {
  name: 'read-bulk-data-operation-results',
  text: `
    SELECT record_id, outcome, version_before, version_after, error_code, sealed_error
    FROM bulk_data_operation_results
    WHERE tenant_id = $1 AND operation_id = $2 AND outcome = $3 AND record_id > $4
    ORDER BY record_id
    LIMIT $5`,
};

/** An operation's results of one outcome in the order of the records, after the given one ('' for the first page). */
export const listOperationResults = (
  db: Database,
  tenantId: string,
  of: { operationId: string; outcome: OperationResult['outcome'] },
  after: string,
  limit: number,
): Promise<OperationResult[]> => db.single(tenantId, readPage, [tenantId, of.operationId, of.outcome, after, limit]);

const readChanged = {
  name: 'read-changed-by-bulk-data-operation',
  text: withinBytes(
    `
      SELECT r.record_id, r.outcome, r.version_before, r.version_after, r.error_code, r.sealed_error,
        coalesce(octet_length(m.sealed), 0) + coalesce(octet_length(v.sealed), 0) AS bytes
      FROM bulk_data_operation_results r
      LEFT JOIN stored_payment_methods m ON m.tenant_id = r.tenant_id AND m.id = r.record_id
      LEFT JOIN stored_payment_method_versions v
        ON v.tenant_id = r.tenant_id AND v.id = r.record_id AND v.sys_version = r.version_before
      WHERE r.tenant_id = $1 AND r.operation_id = $2 AND r.outcome = 'changed' AND r.record_id > $3
      ORDER BY r.record_id
      LIMIT $4`,
    'record_id',
    'page.bytes',
  ),
};

/**
 * The results of what an operation changed in the order of the records, after the given one; none at the end alone. No
 * more than can be worked on together, each record as it is now and as it was before.
 */
export const listChangedResults = (
  db: Database,
  tenantId: string,
  operationId: string,
  after: string,
  limit: number,
): Promise<OperationResult[]> => db.single(tenantId, readChanged, [tenantId, operationId, after, limit]);
