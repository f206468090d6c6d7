import type { Database, Transaction } from './database.ts';
import { destroyCustomerKeys } from './keys.ts';

/** A customer who was erased, and what is still to be done about it elsewhere. */
export type ErasureRow = {
  customer_id: number;
  contact_id: string;
  /** How many records went with the customer. */
  stored_payment_methods: number;
  erased_at: Date;
  /** Whose keys the tokens that are still to be retired are sealed under; null once those are destroyed. */
  tokens_under: string | null;
  give_up_at: Date;
  gateway_tokens_left: number | null;
  registered_at: Date | null;
  answers_cleared_at: Date | null;
  finished_at: Date | null;
};

const columns = `customer_id, contact_id, stored_payment_methods, erased_at, tokens_under, give_up_at, gateway_tokens_left,
  registered_at, answers_cleared_at, finished_at`;

const write = {
  name: 'write-erasure',
  text: `
    INSERT INTO erasures (tenant_id, customer_id, contact_id, stored_payment_methods, erased_at, tokens_under, give_up_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)`,
};

/** Notes an erasure, of which everything outside this transaction is still to be done. */
export async function insertErasure(tx: Transaction, row: ErasureRow): Promise<void> {
  await tx.query(write, [
    tx.tenantId,
    row.customer_id,
    row.contact_id,
    row.stored_payment_methods,
    row.erased_at,
    row.tokens_under,
    row.give_up_at,
  ]);
}

const readByContact = {
  name: 'read-erasure-by-contact',
  text: `
    SELECT ${columns} FROM erasures
    WHERE tenant_id = $1 AND contact_id = $2
    ORDER BY erased_at DESC
    LIMIT 1`,
};

/** The last erasure of a contact of this id; null when there was none. */
export async function findErasure(db: Database, tenantId: string, contactId: string): Promise<ErasureRow | null> {
  const [row] = await db.single<ErasureRow>(tenantId, readByContact, [tenantId, contactId]);
  return row ?? null;
}

const readUnfinished = {
  name: 'read-unfinished-erasures',
  text: `
    SELECT ${columns} FROM erasures
    WHERE tenant_id = $1 AND finished_at IS NULL
    ORDER BY erased_at
    LIMIT $2`,
};

/** Erasures of which something is left to be done, the oldest first. */
export const listUnfinishedErasures = (db: Database, tenantId: string, limit: number): Promise<ErasureRow[]> =>
  db.single(tenantId, readUnfinished, [tenantId, limit]);

const readErased = {
  name: 'read-erased-customers',
  text: 'SELECT customer_id FROM erasures WHERE tenant_id = $1 AND customer_id = ANY ($2::bigint[])',
};

/** Those of the customers that are erased. */
export async function findErasedCustomers(
  db: Database,
  tenantId: string,
  customerIds: readonly number[],
): Promise<ReadonlySet<number>> {
  const rows = await db.single<{ customer_id: number }>(tenantId, readErased, [tenantId, customerIds]);
  return new Set(rows.map((row) => row.customer_id));
}

const readRegistered = {
  name: 'read-registered-erasures',
  text: `
    SELECT customer_id, erased_at FROM erasures
    WHERE tenant_id = $1 AND customer_id > $2 AND registered_at IS NOT NULL
    ORDER BY customer_id
    LIMIT $3`,
};

/** Erasures that were written into the register outside the database, in the order of the customers, after one. */
export const listRegisteredErasures = (
  db: Database,
  tenantId: string,
  after: number,
  limit: number,
): Promise<Pick<ErasureRow, 'customer_id' | 'erased_at'>[]> =>
  db.single(tenantId, readRegistered, [tenantId, after, limit]);

const noteRegistered = {
  name: 'note-erasure-registered',
  text: 'UPDATE erasures SET registered_at = $3 WHERE tenant_id = $1 AND customer_id = $2 AND registered_at IS NULL',
};

/** Notes that the erasure stands in the register outside the database. */
export async function noteRegisteredErasure(
  db: Database,
  tenantId: string,
  customerId: number,
  at: Date,
): Promise<void> {
  await db.single(tenantId, noteRegistered, [tenantId, customerId, at]);
}

const noteCleared = {
  name: 'note-erasure-answers-cleared',
  text: 'UPDATE erasures SET answers_cleared_at = $3 WHERE tenant_id = $1 AND customer_id = $2',
};

/** Notes that no kept answer names the customer any more. */
export async function noteClearedAnswers(db: Database, tenantId: string, customerId: number, at: Date): Promise<void> {
  await db.single(tenantId, noteCleared, [tenantId, customerId, at]);
}

const ofTheirKeys = `tenant_id = $1 AND kind = 'retire' AND key_id IN (
      SELECT key_id FROM customer_keys WHERE tenant_id = $1 AND customer_uuid = $2)`;

const readTasks = {
  name: 'read-erasure-tasks',
  text: `
    SELECT count(*) FILTER (WHERE state = 'pending') AS pending, count(*) AS left
    FROM token_tasks WHERE ${ofTheirKeys}`,
};

const dropTasks = { name: 'drop-erasure-tasks', text: `DELETE FROM token_tasks WHERE ${ofTheirKeys}` };

const noteTokens = {
  name: 'note-erasure-tokens',
  text: `
    UPDATE erasures SET tokens_under = NULL, gateway_tokens_left = $4
    WHERE tenant_id = $1 AND customer_id = $2 AND tokens_under = $3
    RETURNING customer_id`,
};

/**
 * Destroys the keys of the tokens to retire once none of them is worth another try, or at the end of the time for it.
 * Nothing happens before.
 */
export async function settleTokens(
  tx: Transaction,
  { customer_id, tokens_under: uuid, give_up_at }: ErasureRow,
  now: Date,
): Promise<void> {
  if (uuid === null) return;
  const [tasks = { pending: 0, left: 0 }] = await tx.query<{ pending: number; left: number }>(readTasks, [
    tx.tenantId,
    uuid,
  ]);
  if (tasks.pending > 0 && now < give_up_at) return;
  const noted = await tx.query(noteTokens, [tx.tenantId, customer_id, uuid, tasks.left]);
  if (noted.length === 0) return;
  await tx.query(dropTasks, [tx.tenantId, uuid]);
  await destroyCustomerKeys(tx, uuid);
}

const finish = {
  name: 'finish-erasure',
  text: `
    UPDATE erasures e SET finished_at = $3
    WHERE e.tenant_id = $1 AND e.customer_id = $2 AND e.finished_at IS NULL AND e.tokens_under IS NULL
      AND e.registered_at IS NOT NULL AND e.answers_cleared_at IS NOT NULL
      AND NOT EXISTS (
        SELECT FROM stored_payment_methods m
        JOIN files f ON f.tenant_id = m.tenant_id AND f.record_id = m.id AND f.state <> 'removed'
        WHERE m.tenant_id = $1 AND m.customer_id = $2
      )
    RETURNING ${columns}`,
};

/** Ends an erasure of which nothing is left to be done; null when something is. */
export async function finishErasure(tx: Transaction, customerId: number, at: Date): Promise<ErasureRow | null> {
  const [row] = await tx.query<ErasureRow>(finish, [tx.tenantId, customerId, at]);
  return row ?? null;
}
