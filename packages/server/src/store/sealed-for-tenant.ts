import type { Database } from './database.ts';

/** A table with a column that is sealed under the tenant's wrapping key, and the columns that identify a row. */
type SealedColumn = { table: string; column: string; id: readonly { name: string; type: string }[]; note?: string };

const sealedColumns = {
  signing_keys: {
    table: 'signing_keys',
    column: 'sealed_private_jwk',
    id: [{ name: 'kid', type: 'text' }],
    note: 'sealed_under',
  },
  background_tasks: { table: 'background_tasks', column: 'input', id: [{ name: 'task_id', type: 'text' }] },
  bulk_load_chunks: {
    table: 'bulk_load_chunks',
    column: 'sealed',
    id: [
      { name: 'load_id', type: 'text' },
      { name: 'starts_at', type: 'bigint' },
    ],
  },
  bulk_data_operation_results: {
    table: 'bulk_data_operation_results',
    column: 'sealed_error',
    id: [
      { name: 'operation_id', type: 'text' },
      { name: 'record_id', type: 'text' },
    ],
  },
  files: { table: 'files', column: 'sealed', id: [{ name: 'file_id', type: 'text' }] },
} as const satisfies Record<string, SealedColumn>;

/** Where something is sealed under a tenant's wrapping key, but for customers' keys and details of the audit. */
export type SealedPlace = keyof typeof sealedColumns;
export const sealedPlaces = Object.keys(sealedColumns) as SealedPlace[];

/** A sealed value with the parts of its row's id, as text. */
export type SealedRow = { id: string[]; sealed: Buffer };

/** A ciphertext names its key from the second byte on (`crypto/envelope.ts`). */
const isUnderAnother = (column: string) => `substring(${column} FROM 2 FOR 16) <> uuid_send($2::uuid)`;

/** Rows that are sealed under another key than this one, in the order of their ids, after one; null from the first on. */
export function listSealedUnderOthers(
  db: Database,
  tenantId: string,
  place: SealedPlace,
  keyId: string,
  after: readonly string[] | null,
  limit: number,
): Promise<SealedRow[]> {
  const { table, column, id }: SealedColumn = sealedColumns[place];
  const names = id.map(({ name }) => name).join(', ');
  const from = id.map(({ type }, n) => `$${n + 4}::${type}`).join(', ');
  const statement = {
    name: `read-${place}-under-others-${after ? 'next' : 'first'}`,
    text: `
      SELECT ARRAY[${id.map(({ name }) => `${name}::text`).join(', ')}] AS id, ${column} AS sealed FROM ${table}
      WHERE tenant_id = $1 AND ${isUnderAnother(column)} ${after ? `AND (${names}) > (${from})` : ''}
      ORDER BY ${names}
      LIMIT $3`,
  };
  return db.single(tenantId, statement, [tenantId, keyId, limit, ...(after ?? [])]);
}

/** Puts a value that was sealed anew in the place of the one that was read; nothing happens when that one is gone. */
export async function replaceSealed(
  db: Database,
  tenantId: string,
  place: SealedPlace,
  { id: ids, sealed }: SealedRow,
  next: { sealed: Buffer; keyId: string },
): Promise<void> {
  const { table, column, id, note }: SealedColumn = sealedColumns[place];
  const statement = {
    name: `replace-sealed-${place}`,
    text: `
      UPDATE ${table} SET ${column} = $2${note ? `, ${note} = $4::uuid` : ''}
      WHERE tenant_id = $1 AND ${column} = $3 AND ${note ? '' : '$4::uuid IS NOT NULL AND '}${id
        .map(({ name, type }, n) => `${name} = $${n + 5}::${type}`)
        .join(' AND ')}`,
  };
  await db.single(tenantId, statement, [tenantId, next.sealed, sealed, next.keyId, ...ids]);
}

/** How many values of a place are sealed under another key than this one. */
export async function countSealedUnderOthers(
  db: Database,
  tenantId: string,
  place: SealedPlace,
  keyId: string,
): Promise<number> {
  const { table, column }: SealedColumn = sealedColumns[place];
  const statement = {
    name: `count-${place}-under-others`,
    text: `SELECT count(*) AS found FROM ${table} WHERE tenant_id = $1 AND ${isUnderAnother(column)}`,
  };
  const [row] = await db.single<{ found: number }>(tenantId, statement, [tenantId, keyId]);
  return row?.found ?? 0;
}
