import type { Database, Transaction } from './database.ts';
import type { PaymentRequestRow } from './payment-requests.ts';

const over = `r.status IN ('CREATED', 'CHALLENGED', 'AUTHENTICATED', 'PREAUTHED')
      AND (s.valid_until <= $2 OR s.closed_at IS NOT NULL)
      AND (r.submitting_until IS NULL OR r.submitting_until <= $2)`;

const expireEmpty = {
  name: 'expire-empty-payment-requests',
  text: `
    UPDATE payment_requests r
    SET status = 'EXPIRED', submitting_until = NULL
    FROM user_payment_sessions s
    WHERE r.tenant_id = $1 AND s.tenant_id = r.tenant_id AND s.session_id = r.session_id AND r.sealed IS NULL
      AND ${over}`,
};

/** Ends the requests whose session is over and that nothing was entered in. */
export async function expireEmptyRequests(db: Database, tenantId: string, now: Date): Promise<void> {
  await db.single(tenantId, expireEmpty, [tenantId, now]);
}

/** A request that is over, with the key that its content is sealed under. */
export type RequestThatIsOver = Pick<PaymentRequestRow, 'request_id' | 'status'> & {
  sealed: Buffer;
  session_key_id: string;
  customer_uuid: string;
  wrapped_key: Buffer;
  wrapped_by: string;
};

const readOver = {
  name: 'read-payment-requests-that-are-over',
  text: `
    SELECT r.request_id, r.status, r.sealed, k.key_id AS session_key_id, k.customer_uuid, k.wrapped_key, k.wrapped_by
    FROM payment_requests r
    JOIN user_payment_sessions s ON s.tenant_id = r.tenant_id AND s.session_id = r.session_id
    JOIN customer_keys k ON k.tenant_id = s.tenant_id AND k.key_id = s.key_id
    WHERE r.tenant_id = $1 AND r.sealed IS NOT NULL AND ${over}
    LIMIT $3`,
};

/** Requests whose session is over, with what was entered in them, in no order. */
export const listRequestsThatAreOver = (
  db: Database,
  tenantId: string,
  now: Date,
  limit: number,
): Promise<RequestThatIsOver[]> => db.single(tenantId, readOver, [tenantId, now, limit]);

const expire = {
  name: 'expire-payment-request',
  text: `
    UPDATE payment_requests
    SET status = 'EXPIRED', sealed = NULL, submitting_until = NULL
    WHERE tenant_id = $1 AND request_id = $2 AND status = $3 AND sealed = $4
      AND (submitting_until IS NULL OR submitting_until <= $5)
    RETURNING request_id`,
};

/** Ends a request, if it is still as it was read; false when it no longer is. */
export async function expirePaymentRequest(tx: Transaction, request: RequestThatIsOver, now: Date): Promise<boolean> {
  const { request_id: id, status, sealed } = request;
  return (await tx.query(expire, [tx.tenantId, id, status, sealed, now])).length === 1;
}
