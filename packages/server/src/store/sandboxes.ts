import type { Database, Transaction } from './database.ts';

const mark = { name: 'mark-sandbox', text: 'UPDATE tenants SET sandbox_of = $2 WHERE tenant_id = $1' };

/** Remembers whose snapshots may fill this tenant. */
export async function markSandbox(tx: Transaction, sandboxOf: string): Promise<void> {
  await tx.query(mark, [tx.tenantId, sandboxOf]);
}

const read = { name: 'read-sandbox', text: 'SELECT sandbox_of FROM tenants WHERE tenant_id = $1' };

/** Whose sandbox a tenant is, null when it is none; undefined when there is no such tenant. */
export async function findSandboxOf(db: Database, tenantId: string): Promise<string | null | undefined> {
  const [row] = await db.single<{ sandbox_of: string | null }>(tenantId, read, [tenantId]);
  return row && row.sandbox_of;
}
