import type { Statement, Transaction } from './database.ts';
import type { RecordRow } from './records.ts';

/** A choice that bills no record, with the payment request that it was made in. */
export type OfflineChoice = {
  customerId: number;
  expectedAccountVersion: number;
  /** The record that the account billed until now, in the version that was read. */
  left: Pick<RecordRow, 'id' | 'sys_version'> | null;
  choice: string;
  requestId: string;
  sessionId: string;
  at: Date;
};

/** Locks in the order of the write path: the customer, the record that is left, then session and request. */
const chooseOffline: Statement = {
  name: 'choose-offline',
  text: `
    WITH held_customer AS MATERIALIZED (
      SELECT customer_id FROM customers
      WHERE tenant_id = $1 AND customer_id = $2 AND account_version = $3
      FOR NO KEY UPDATE
    ),
    held_record AS MATERIALIZED (
      SELECT id FROM stored_payment_methods
      WHERE tenant_id = $1 AND id = $8 AND sys_version = $9 AND (SELECT count(*) FROM held_customer) >= 0
      FOR NO KEY UPDATE
    ),
    held_request AS MATERIALIZED (
      SELECT r.request_id
      FROM user_payment_sessions s
      JOIN payment_requests r ON r.tenant_id = s.tenant_id AND r.session_id = s.session_id
      WHERE s.tenant_id = $1 AND s.session_id = $6 AND s.closed_at IS NULL AND r.request_id = $5
        AND r.status = 'PREAUTHED' AND (SELECT count(*) FROM held_record) >= 0
      FOR NO KEY UPDATE OF s, r
    ),
    granted AS MATERIALIZED (
      SELECT h.customer_id, r.request_id FROM held_customer h CROSS JOIN held_request r
      WHERE $8::text IS NULL OR EXISTS (SELECT 1 FROM held_record)
    ),
    pointer AS (
      UPDATE customers c
      SET account_method_id = NULL, account_payment_choice = $4, account_version = c.account_version + 1
      FROM granted g
      WHERE c.tenant_id = $1 AND c.customer_id = g.customer_id
    ),
    request AS (
      UPDATE payment_requests r
      SET status = 'CONSUMED', consumed_at = $7, sealed = NULL
      FROM granted g
      WHERE r.tenant_id = $1 AND r.request_id = g.request_id
    ),
    session AS (
      UPDATE user_payment_sessions s
      SET closed_at = $7
      FROM granted g
      WHERE s.tenant_id = $1 AND s.session_id = $6
    )
    SELECT request_id FROM granted`,
};

/**
 * Points the account at no record, consumes the request and closes its session; false, with nothing applied, when the
 * account, its record or the request is no longer as it was read.
 */
export async function billAccountOffline(tx: Transaction, change: OfflineChoice): Promise<boolean> {
  const granted = await tx.query(chooseOffline, [
    tx.tenantId,
    change.customerId,
    change.expectedAccountVersion,
    change.choice,
    change.requestId,
    change.sessionId,
    change.at,
    change.left?.id ?? null,
    change.left?.sys_version ?? null,
  ]);
  return granted.length === 1;
}
