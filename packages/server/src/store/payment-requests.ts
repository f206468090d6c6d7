import type { PaymentRequestStatus } from '../contract/payments.ts';
import type { Database, Transaction } from './database.ts';
import type { WrappedCustomerKey } from './keys.ts';
import type { FoundSession } from './payment-sessions.ts';

export type PaymentRequestRow = {
  request_id: string;
  token_hash: Buffer;
  session_id: string;
  status: PaymentRequestStatus;
  submitting_until: Date | null;
  challenge_reference: string | null;
  challenge_action: { type: 'CHALLENGE' | 'REDIRECT'; url: string } | null;
  /** Through which the challenge is to be concluded. */
  challenge_merchant_account_id: string | null;
  key_id: string | null;
  sealed: Buffer | null;
  secret_id: string | null;
  /** A stored method that the customer picked instead of entering one. */
  chosen_method_id: string | null;
  /** The version of it that the customer was shown. */
  chosen_method_version: number | null;
  consumed_at: Date | null;
  consumed_method_id: string | null;
  consumed_method_version: number | null;
  created_at: Date;
};

const columns = `r.request_id, r.token_hash, r.session_id, r.status, r.submitting_until, r.challenge_reference,
  r.challenge_action, r.challenge_merchant_account_id, r.key_id, r.sealed, r.secret_id, r.chosen_method_id,
  r.chosen_method_version, r.consumed_at, r.consumed_method_id, r.consumed_method_version, r.created_at`;

const read = {
  name: 'read-payment-request',
  text: `SELECT ${columns} FROM payment_requests r WHERE r.tenant_id = $1 AND r.token_hash = $2`,
};

export async function findPaymentRequest(
  db: Database,
  tenantId: string,
  tokenHash: Buffer,
): Promise<PaymentRequestRow | null> {
  const [row] = await db.single<PaymentRequestRow>(tenantId, read, [tenantId, tokenHash]);
  return row ?? null;
}

const readWithSession = {
  name: 'read-payment-requests-with-session',
  text: `
    SELECT ${columns}, s.customer_uuid, s.customer_id, s.scope, s.amount, s.valid_until, s.closed_at,
      k.key_id AS session_key_id, k.wrapped_key, k.wrapped_by,
      u.consumed_method_id AS closed_by_method_id, u.consumed_method_version AS closed_by_method_version,
      same.record_id AS same_number_method_id, same.sys_version AS same_number_method_version
    FROM payment_requests r
    JOIN user_payment_sessions s ON s.tenant_id = r.tenant_id AND s.session_id = r.session_id
    JOIN customer_keys k ON k.tenant_id = s.tenant_id AND k.key_id = s.key_id
    LEFT JOIN payment_requests u ON u.tenant_id = s.tenant_id AND u.session_id = s.session_id AND u.status = 'CONSUMED'
    LEFT JOIN LATERAL (
      SELECT n.record_id, m.sys_version
      FROM vault_secrets v
      JOIN vault_secrets n ON n.tenant_id = v.tenant_id AND n.customer_uuid = v.customer_uuid
        AND (n.fingerprint IN (v.fingerprint, v.earlier_fingerprint) OR n.earlier_fingerprint = v.fingerprint)
        AND n.record_id IS NOT NULL AND n.destroy_after IS NULL
      JOIN stored_payment_methods m ON m.tenant_id = n.tenant_id AND m.id = n.record_id
      WHERE v.tenant_id = r.tenant_id AND v.secret_id = r.secret_id
      ORDER BY n.created_at DESC
      LIMIT 1
    ) same ON true
    WHERE r.tenant_id = $1 AND r.token_hash = ANY ($2::bytea[])`,
};

/** A payment request with its session, what the session was closed by, and where its number is on file already. */
export type RequestWithSession = PaymentRequestRow &
  Pick<FoundSession, 'customer_uuid' | 'customer_id' | 'scope' | 'amount' | 'valid_until' | 'closed_at'> & {
    session_key_id: string;
    wrapped_key: Buffer;
    wrapped_by: string;
    closed_by_method_id: string | null;
    closed_by_method_version: number | null;
    same_number_method_id: string | null;
    /** In which version that record holds the number for certain. */
    same_number_method_version: number | null;
  };

/** The data key of whom the session was for, a customer or somebody who is none yet. */
export const requestsKey = (
  request: Pick<RequestWithSession, 'session_key_id' | 'customer_uuid' | 'wrapped_key' | 'wrapped_by'>,
): WrappedCustomerKey => ({
  keyId: request.session_key_id,
  customerUuid: request.customer_uuid,
  wrappedKey: request.wrapped_key,
  wrappedBy: request.wrapped_by,
});

/** The requests with these token hashes (hex), in any order; those that do not exist are left out. */
export const findRequestsWithSession = (
  db: Database,
  tenantId: string,
  tokenHashes: readonly string[],
): Promise<RequestWithSession[]> =>
  db.single(tenantId, readWithSession, [tenantId, tokenHashes.map((hash) => Buffer.from(hash, 'hex'))]);

const readActive = {
  name: 'read-active-payment-request',
  text: `
    SELECT ${columns} FROM payment_requests r
    WHERE r.tenant_id = $1 AND r.session_id = $2
      AND r.status IN ('CREATED', 'CHALLENGED', 'AUTHENTICATED', 'PREAUTHED')
    ORDER BY r.created_at DESC, r.request_id DESC
    LIMIT 1`,
};

/** The session's newest request that has not ended, null when there is none. */
export async function findActiveRequest(
  db: Database,
  tenantId: string,
  sessionId: string,
): Promise<PaymentRequestRow | null> {
  const [row] = await db.single<PaymentRequestRow>(tenantId, readActive, [tenantId, sessionId]);
  return row ?? null;
}

const write = {
  name: 'write-payment-request',
  text: `
    INSERT INTO payment_requests (tenant_id, request_id, token_hash, session_id, status, created_at)
    VALUES ($1, $2, $3, $4, 'CREATED', $5)`,
};

export async function insertPaymentRequest(
  tx: Transaction,
  row: Pick<PaymentRequestRow, 'request_id' | 'token_hash' | 'session_id' | 'created_at'>,
): Promise<void> {
  await tx.query(write, [tx.tenantId, row.request_id, row.token_hash, row.session_id, row.created_at]);
}

const claim = {
  name: 'claim-payment-request',
  text: `
    UPDATE payment_requests r SET submitting_until = $5
    FROM user_payment_sessions s
    WHERE r.tenant_id = $1 AND r.request_id = $2 AND r.status = $3
      AND (r.submitting_until IS NULL OR r.submitting_until <= $4)
      AND s.tenant_id = r.tenant_id AND s.session_id = r.session_id AND s.closed_at IS NULL
    RETURNING r.request_id`,
};

/** Takes the right to talk to the gateway about a request; false when another call has it, or it moved on. */
export async function claimPaymentRequest(
  db: Database,
  tenantId: string,
  requestId: string,
  status: PaymentRequestStatus,
  times: { now: Date; until: Date },
): Promise<boolean> {
  const claimed = await db.single(tenantId, claim, [tenantId, requestId, status, times.now, times.until]);
  return claimed.length === 1;
}

const release = {
  name: 'release-payment-request',
  text: `
    UPDATE payment_requests SET submitting_until = NULL
    WHERE tenant_id = $1 AND request_id = $2 AND submitting_until = $3`,
};

/** Gives the right to talk to the gateway back, unless it ran out and another call has it now. */
export async function releasePaymentRequest(
  db: Database,
  tenantId: string,
  requestId: string,
  until: Date,
): Promise<void> {
  await db.single(tenantId, release, [tenantId, requestId, until]);
}

const change = {
  name: 'change-payment-request',
  text: `
    UPDATE payment_requests
    SET status = $4, submitting_until = NULL, challenge_reference = $5, challenge_action = $6, key_id = $7, sealed = $8,
      secret_id = $9, chosen_method_id = $10, chosen_method_version = $11, challenge_merchant_account_id = $12
    WHERE tenant_id = $1 AND request_id = $2 AND status = $3
    RETURNING request_id`,
};

/** Moves a request on, if its status is still the one that it was read with; false when it no longer is. */
export async function updatePaymentRequest(
  tx: Transaction,
  from: PaymentRequestStatus,
  row: PaymentRequestRow,
): Promise<boolean> {
  const changed = await tx.query(change, [
    tx.tenantId,
    row.request_id,
    from,
    row.status,
    row.challenge_reference,
    row.challenge_action,
    row.key_id,
    row.sealed,
    row.secret_id,
    row.chosen_method_id,
    row.chosen_method_version,
    row.challenge_merchant_account_id,
  ]);
  return changed.length === 1;
}
