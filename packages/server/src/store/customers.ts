import type { CustomerStatus } from '../contract/customer.ts';
import type { Database, Transaction } from './database.ts';
import type { WrappedCustomerKey } from './keys.ts';

/** A customer as stored: names, address and the like are sealed under the customer's own key. */
export type CustomerRow = {
  customer_id: number;
  customer_uuid: string;
  contact_id: string;
  status: CustomerStatus;
  is_active: boolean;
  version: number;
  key_id: string;
  sealed: Buffer;
  account_method_id: string | null;
  account_payment_choice: string | null;
  account_version: number;
  created_at: Date;
  modified_at: Date;
};

export type FoundCustomer = CustomerRow & { wrapped_key: Buffer; wrapped_by: string };

/** The customer's data key as the keyring unwraps it. */
export const customersKey = (row: FoundCustomer): WrappedCustomerKey => ({
  keyId: row.key_id,
  customerUuid: row.customer_uuid,
  wrappedKey: row.wrapped_key,
  wrappedBy: row.wrapped_by,
});

/** The start of a SELECT of found customers, `c` for the customer and `k` for its key. */
export const foundCustomer = `
  SELECT c.customer_id, c.customer_uuid, c.contact_id, c.status, c.is_active, c.version, c.key_id, c.sealed,
    c.account_method_id, c.account_payment_choice, c.account_version, c.created_at, c.modified_at,
    k.wrapped_key, k.wrapped_by
  FROM customers c
  JOIN customer_keys k ON k.tenant_id = c.tenant_id AND k.key_id = c.key_id`;

const readById = {
  name: 'read-customer-by-id',
  text: `${foundCustomer} WHERE c.tenant_id = $1 AND c.customer_id = $2`,
};
const readByContact = {
  name: 'read-customer-by-contact',
  text: `${foundCustomer} WHERE c.tenant_id = $1 AND c.contact_id = $2`,
};
const readByUuid = {
  name: 'read-customer-by-uuid',
  text: `${foundCustomer} WHERE c.tenant_id = $1 AND c.customer_uuid = $2`,
};
const readPage = {
  name: 'read-customers-page',
  text: `${foundCustomer} WHERE c.tenant_id = $1 AND c.contact_id > $2 ORDER BY c.contact_id LIMIT $3`,
};

const readSlice = {
  name: 'read-customers-slice',
  text: `${foundCustomer} WHERE c.tenant_id = $1 AND c.customer_id > $2 ORDER BY c.customer_id LIMIT $3`,
};

export type CustomerIdentity = { customerId: number } | { contactId: string } | { customerUuid: string };

export async function findCustomer(
  db: Database,
  tenantId: string,
  identity: CustomerIdentity,
): Promise<FoundCustomer | null> {
  const [statement, value] =
    'customerId' in identity
      ? [readById, identity.customerId]
      : 'contactId' in identity
        ? [readByContact, identity.contactId]
        : [readByUuid, identity.customerUuid];
  const [row] = await db.single<FoundCustomer>(tenantId, statement, [tenantId, value]);
  return row ?? null;
}

const holdContact = {
  name: 'hold-contact',
  text: 'SELECT 1 FROM customers WHERE tenant_id = $1 AND contact_id = $2 FOR KEY SHARE',
};

/** Keeps a contact from being erased until the transaction ends; false when there is none, or none any more. */
export const holdContactInPlace = async (tx: Transaction, contactId: string): Promise<boolean> =>
  (await tx.query(holdContact, [tx.tenantId, contactId])).length === 1;

const readByIds = {
  name: 'read-customers-by-id',
  text: `${foundCustomer} WHERE c.tenant_id = $1 AND c.customer_id = ANY ($2::bigint[])`,
};

/** The customers with these ids, in any order; those that do not exist are left out. */
export const findCustomers = (db: Database, tenantId: string, ids: readonly number[]): Promise<FoundCustomer[]> =>
  db.single(tenantId, readByIds, [tenantId, ids]);

/** Customers in the order of their contact ids, after the given one ('' for the first page). */
export const listCustomers = (db: Database, tenantId: string, after: string, limit: number): Promise<FoundCustomer[]> =>
  db.single(tenantId, readPage, [tenantId, after, limit]);

/** Customers in the order of their ids, after the given one (0 for the first slice). */
export const listCustomersById = (
  db: Database,
  tenantId: string,
  after: number,
  limit: number,
): Promise<FoundCustomer[]> => db.single(tenantId, readSlice, [tenantId, after, limit]);

const nextId = { name: 'next-customer-id', text: `SELECT nextval('customer_ids') AS id` };

/** A fresh id, below 2^53 and never used twice; a statement of its own, as sharding needs it. */
export async function nextCustomerId(db: Database): Promise<number> {
  const [row] = await db.untenanted<{ id: number }>(nextId, []);
  if (!row) throw new Error('the sequence of customer ids gave none');
  return row.id;
}

const writeCustomer = {
  name: 'write-customer',
  text: `
    INSERT INTO customers (tenant_id, customer_id, customer_uuid, contact_id, status, is_active, version, key_id,
      sealed, account_version, created_at, modified_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $10)`,
};

/** Rejects with SQLSTATE 23505 when the contact id or uuid is taken. */
export async function insertCustomer(
  tx: Transaction,
  row: Omit<CustomerRow, 'account_method_id' | 'account_payment_choice' | 'account_version' | 'modified_at'>,
): Promise<void> {
  await tx.query(writeCustomer, [
    tx.tenantId,
    row.customer_id,
    row.customer_uuid,
    row.contact_id,
    row.status,
    row.is_active,
    row.version,
    row.key_id,
    row.sealed,
    row.created_at,
  ]);
}

const changeCustomer = {
  name: 'change-customer',
  text: `
    UPDATE customers
    SET status = $4, is_active = $5, version = version + 1, key_id = $6, sealed = $7, modified_at = $8
    WHERE tenant_id = $1 AND customer_id = $2 AND version = $3
    RETURNING version`,
};

/** Replaces what is known of a customer, if the version is still the one read; false when it no longer is. */
export async function updateCustomer(tx: Transaction, row: CustomerRow, at: Date): Promise<boolean> {
  const changed = await tx.query(changeCustomer, [
    tx.tenantId,
    row.customer_id,
    row.version,
    row.status,
    row.is_active,
    row.key_id,
    row.sealed,
    at,
  ]);
  return changed.length === 1;
}
