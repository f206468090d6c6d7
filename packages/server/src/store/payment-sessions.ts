import type { SessionScope } from '../contract/payments.ts';
import type { Database, Transaction } from './database.ts';
import type { WrappedCustomerKey } from './keys.ts';

export type SessionRow = {
  session_id: string;
  secret_hash: Buffer;
  /** Who enters the instrument: a customer's uuid, or that of a person who is none yet. */
  customer_uuid: string;
  customer_id: number | null;
  key_id: string;
  scope: SessionScope;
  /** Decimal text in major units. */
  amount: string;
  currency: string;
  reference_text: string;
  permitted_payment_choices: string[] | null;
  require_direct_debit_signature: boolean;
  show_existing_payment_instruments: boolean;
  created_by_id: string;
  created_at: Date;
  valid_until: Date;
  closed_at: Date | null;
};

export type FoundSession = SessionRow & { wrapped_key: Buffer; wrapped_by: string };

/** The data key of the person who enters the instrument. */
export const sessionsKey = (row: FoundSession): WrappedCustomerKey => ({
  keyId: row.key_id,
  customerUuid: row.customer_uuid,
  wrappedKey: row.wrapped_key,
  wrappedBy: row.wrapped_by,
});

const write = {
  name: 'write-session',
  text: `
    INSERT INTO user_payment_sessions (tenant_id, session_id, secret_hash, customer_uuid, customer_id, key_id, scope,
      amount, currency, reference_text, permitted_payment_choices, require_direct_debit_signature,
      show_existing_payment_instruments, created_by_id, created_at, valid_until)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
};

export async function insertSession(tx: Transaction, row: Omit<SessionRow, 'closed_at'>): Promise<void> {
  await tx.query(write, [
    tx.tenantId,
    row.session_id,
    row.secret_hash,
    row.customer_uuid,
    row.customer_id,
    row.key_id,
    row.scope,
    row.amount,
    row.currency,
    row.reference_text,
    row.permitted_payment_choices,
    row.require_direct_debit_signature,
    row.show_existing_payment_instruments,
    row.created_by_id,
    row.created_at,
    row.valid_until,
  ]);
}

const read = {
  name: 'read-session',
  text: `
    SELECT s.session_id, s.secret_hash, s.customer_uuid, s.customer_id, s.key_id, s.scope, s.amount, s.currency,
      s.reference_text, s.permitted_payment_choices, s.require_direct_debit_signature,
      s.show_existing_payment_instruments, s.created_by_id, s.created_at, s.valid_until, s.closed_at,
      k.wrapped_key, k.wrapped_by
    FROM user_payment_sessions s
    JOIN customer_keys k ON k.tenant_id = s.tenant_id AND k.key_id = s.key_id
    WHERE s.tenant_id = $1 AND s.session_id = $2`,
};

export async function findSession(db: Database, tenantId: string, sessionId: string): Promise<FoundSession | null> {
  const [row] = await db.single<FoundSession>(tenantId, read, [tenantId, sessionId]);
  return row ?? null;
}

const extend = {
  name: 'extend-session',
  text: `
    UPDATE user_payment_sessions SET valid_until = $3
    WHERE tenant_id = $1 AND session_id = $2 AND closed_at IS NULL AND valid_until < $3`,
};

/** Lets a session that is in use live on; never shortens it. */
export async function extendSession(db: Database, tenantId: string, sessionId: string, until: Date): Promise<void> {
  await db.single(tenantId, extend, [tenantId, sessionId, until]);
}

const ofSessions = 'WHERE tenant_id = $1 AND session_id = ANY ($2::text[])';

/** What refers to something goes before it. */
const deletions = [
  {
    name: 'delete-attempts-of-sessions',
    text: `
      DELETE FROM payment_attempts WHERE tenant_id = $1 AND request_id IN (
        SELECT request_id FROM payment_requests ${ofSessions})`,
  },
  { name: 'delete-requests-of-sessions', text: `DELETE FROM payment_requests ${ofSessions}` },
  { name: 'delete-sessions', text: `DELETE FROM user_payment_sessions ${ofSessions}` },
];

/** Deletes sessions with their requests and the attempts that were counted of these. */
export async function deleteSessions(tx: Transaction, sessionIds: readonly string[]): Promise<void> {
  for (const statement of deletions) await tx.query(statement, [tx.tenantId, sessionIds]);
}

const readOrigins = {
  name: 'read-session-origins',
  text: `
    SELECT t.allowed_origins AS "allowedOrigins"
    FROM user_payment_sessions s
    JOIN tenants t ON t.tenant_id = s.tenant_id
    WHERE s.tenant_id = $1 AND s.session_id = $2`,
};

/** Sites that may embed the component for this session; null when there is no such session. */
export async function findAllowedOrigins(db: Database, tenantId: string, sessionId: string): Promise<string[] | null> {
  const [row] = await db.single<{ allowedOrigins: string[] }>(tenantId, readOrigins, [tenantId, sessionId]);
  return row?.allowedOrigins ?? null;
}
