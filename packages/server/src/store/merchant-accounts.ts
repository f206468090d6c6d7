import type { Database, Transaction } from './database.ts';

export type MerchantAccountRow = {
  merchant_account_id: string;
  name: string;
  processor_service: string;
  processor_account_id: string;
  currency: string;
  is_active: boolean;
  version: number;
  created_at: Date;
  modified_at: Date;
};

const columns =
  'merchant_account_id, name, processor_service, processor_account_id, currency, is_active, version, created_at, modified_at';

const readOne = {
  name: 'read-merchant-account',
  text: `SELECT ${columns} FROM merchant_accounts WHERE tenant_id = $1 AND merchant_account_id = $2`,
};

export async function findMerchantAccount(
  db: Database,
  tenantId: string,
  merchantAccountId: string,
): Promise<MerchantAccountRow | null> {
  const [row] = await db.single<MerchantAccountRow>(tenantId, readOne, [tenantId, merchantAccountId]);
  return row ?? null;
}

const readSome = {
  name: 'read-merchant-accounts',
  text: `SELECT ${columns} FROM merchant_accounts WHERE tenant_id = $1 AND merchant_account_id = ANY ($2::text[])`,
};

/** The accounts with these ids, in any order; those that do not exist are left out. */
export const findMerchantAccounts = (
  db: Database,
  tenantId: string,
  ids: readonly string[],
): Promise<MerchantAccountRow[]> => db.single(tenantId, readSome, [tenantId, ids]);

const readPage = {
  name: 'read-merchant-accounts-page',
  text: `
    SELECT ${columns} FROM merchant_accounts
    WHERE tenant_id = $1 AND merchant_account_id > $2
    ORDER BY merchant_account_id
    LIMIT $3`,
};

/** In the order of their ids, after the given one ('' for the first page). */
export const listMerchantAccounts = (
  db: Database,
  tenantId: string,
  after: string,
  limit: number,
): Promise<MerchantAccountRow[]> => db.single(tenantId, readPage, [tenantId, after, limit]);

const readActive = {
  name: 'read-active-merchant-accounts',
  text: `SELECT ${columns} FROM merchant_accounts WHERE tenant_id = $1 AND is_active ORDER BY created_at, merchant_account_id`,
};

/** The accounts at which a new instrument is tokenised, the oldest first. */
export const listActiveMerchantAccounts = (db: Database, tenantId: string): Promise<MerchantAccountRow[]> =>
  db.single(tenantId, readActive, [tenantId]);

const readIds = {
  name: 'read-merchant-account-ids',
  text: 'SELECT merchant_account_id FROM merchant_accounts WHERE tenant_id = $1 AND merchant_account_id = ANY ($2::text[])',
};

/** Which of these ids exist in the tenant. */
export async function findMerchantAccountIds(
  db: Database,
  tenantId: string,
  ids: readonly string[],
): Promise<string[]> {
  const rows = await db.single<{ merchant_account_id: string }>(tenantId, readIds, [tenantId, ids]);
  return rows.map((row) => row.merchant_account_id);
}

const write = {
  name: 'write-merchant-account',
  text: `
    INSERT INTO merchant_accounts (tenant_id, ${columns})
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
};

export async function insertMerchantAccount(tx: Transaction, row: MerchantAccountRow): Promise<void> {
  await tx.query(write, [
    tx.tenantId,
    row.merchant_account_id,
    row.name,
    row.processor_service,
    row.processor_account_id,
    row.currency,
    row.is_active,
    row.version,
    row.created_at,
    row.modified_at,
  ]);
}

const change = {
  name: 'change-merchant-account',
  text: `
    UPDATE merchant_accounts
    SET name = $4, processor_service = $5, processor_account_id = $6, currency = $7, is_active = $8,
      version = version + 1, modified_at = $9
    WHERE tenant_id = $1 AND merchant_account_id = $2 AND version = $3
    RETURNING version`,
};

/** Replaces the account, if the version is still the one read; false when it no longer is. */
export async function updateMerchantAccount(tx: Transaction, row: MerchantAccountRow, at: Date): Promise<boolean> {
  const changed = await tx.query(change, [
    tx.tenantId,
    row.merchant_account_id,
    row.version,
    row.name,
    row.processor_service,
    row.processor_account_id,
    row.currency,
    row.is_active,
    at,
  ]);
  return changed.length === 1;
}
