import type { Database } from './database.ts';

const countWrapped = {
  name: 'count-customer-keys-wrapped-by-others',
  text: 'SELECT count(*) AS found FROM customer_keys WHERE tenant_id = $1 AND wrapped_by <> $2',
};

/** How many customers' keys another key than this one wraps. */
export async function countWrappedByOthers(db: Database, tenantId: string, keyId: string): Promise<number> {
  const [row] = await db.single<{ found: number }>(tenantId, countWrapped, [tenantId, keyId]);
  return row?.found ?? 0;
}

/** Customers' retired keys, and how much is sealed under them, by table. */
export type CustomerKeyCounts = { retired: number } & Record<string, number>;

/** Where a row names the customer's data key that it is sealed under, but for details of the audit. */
export const tablesUnderCustomerKeys = [
  'customers',
  'user_payment_sessions',
  'stored_payment_methods',
  'stored_payment_method_versions',
  'vault_secrets',
  'payment_requests',
  'token_tasks',
] as const;

const countRetired = {
  name: 'count-retired-customer-keys',
  text: `
    SELECT count(*) AS retired, ${tablesUnderCustomerKeys
      .map(
        (table) =>
          `coalesce(sum((SELECT count(*) FROM ${table} t WHERE t.tenant_id = $1 AND t.key_id = k.key_id)), 0)::int AS ${table}`,
      )
      .join(', ')}
    FROM customer_keys k
    WHERE k.tenant_id = $1 AND k.retired_at IS NOT NULL`,
};

/** How many retired keys a tenant's customers have, and how much is still sealed under them. */
export async function countCustomerKeys(db: Database, tenantId: string): Promise<CustomerKeyCounts> {
  const [counts] = await db.single<CustomerKeyCounts>(tenantId, countRetired, [tenantId]);
  return counts ?? { retired: 0 };
}

const countCurrent = {
  name: 'count-current-customer-keys',
  text: `
    SELECT count(*) AS keys, min(created_at) AS oldest, max(created_at) AS newest FROM customer_keys
    WHERE tenant_id = $1 AND retired_at IS NULL`,
};

/** Customers' keys of now, and when the first and the last of them were made. */
export async function countCurrentCustomerKeys(
  db: Database,
  tenantId: string,
): Promise<{ keys: number; oldest: Date | null; newest: Date | null }> {
  const [row] = await db.single<{ keys: number; oldest: Date | null; newest: Date | null }>(tenantId, countCurrent, [
    tenantId,
  ]);
  return row ?? { keys: 0, oldest: null, newest: null };
}
