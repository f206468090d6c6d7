import type { CustomFieldDefinition } from '../contract/custom-field.ts';
import type { Database, Transaction } from './database.ts';

export type CustomFieldRow = {
  custom_field_id: string;
  definition: CustomFieldDefinition;
  version: number;
  created_at: Date;
  modified_at: Date;
};

const columns = 'custom_field_id, definition, version, created_at, modified_at';

const readAll = {
  name: 'read-all-custom-fields',
  text: `SELECT ${columns} FROM custom_fields WHERE tenant_id = $1 ORDER BY custom_field_id`,
};

/** All definitions of the tenant, the retired ones too, in the order of their ids. */
export const listAllCustomFields = (db: Database, tenantId: string): Promise<CustomFieldRow[]> =>
  db.single(tenantId, readAll, [tenantId]);

/** The tenant's own row, for a definition that is only about to be made has none; foreign keys go on by it. */
const lockAll = {
  name: 'lock-all-custom-fields',
  text: 'SELECT tenant_id FROM tenants WHERE tenant_id = $1 FOR NO KEY UPDATE',
};

/** All definitions; nobody else who asks so adds or changes one until this transaction ends. */
export async function lockAllCustomFields(tx: Transaction): Promise<CustomFieldRow[]> {
  await tx.query(lockAll, [tx.tenantId]);
  return tx.query(readAll, [tx.tenantId]);
}

const readOne = {
  name: 'read-custom-field',
  text: `SELECT ${columns} FROM custom_fields WHERE tenant_id = $1 AND custom_field_id = $2`,
};

export async function findCustomField(db: Database, tenantId: string, id: string): Promise<CustomFieldRow | null> {
  const [row] = await db.single<CustomFieldRow>(tenantId, readOne, [tenantId, id]);
  return row ?? null;
}

const readPage = {
  name: 'read-custom-fields-page',
  text: `
    SELECT ${columns} FROM custom_fields
    WHERE tenant_id = $1 AND custom_field_id > $2
    ORDER BY custom_field_id
    LIMIT $3`,
};

/** In the order of their ids, after the given one ('' for the first page). */
export const listCustomFields = (
  db: Database,
  tenantId: string,
  after: string,
  limit: number,
): Promise<CustomFieldRow[]> => db.single(tenantId, readPage, [tenantId, after, limit]);

const write = {
  name: 'write-custom-field',
  text: `
    INSERT INTO custom_fields (tenant_id, ${columns})
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (tenant_id, custom_field_id) DO NOTHING
    RETURNING version`,
};

/** False when the tenant has a field of this id already. */
export async function insertCustomField(tx: Transaction, row: CustomFieldRow): Promise<boolean> {
  const written = await tx.query(write, [
    tx.tenantId,
    row.custom_field_id,
    JSON.stringify(row.definition),
    row.version,
    row.created_at,
    row.modified_at,
  ]);
  return written.length === 1;
}

const change = {
  name: 'change-custom-field',
  text: `
    UPDATE custom_fields SET definition = $4, version = version + 1, modified_at = $5
    WHERE tenant_id = $1 AND custom_field_id = $2 AND version = $3
    RETURNING version`,
};

/** Replaces the definition that had the version before; false when it no longer has. */
export async function updateCustomField(tx: Transaction, row: CustomFieldRow): Promise<boolean> {
  const changed = await tx.query(change, [
    tx.tenantId,
    row.custom_field_id,
    row.version - 1,
    JSON.stringify(row.definition),
    row.modified_at,
  ]);
  return changed.length === 1;
}
