import type { Database, Transaction } from './database.ts';
import { mayBeCut, withinBytes } from './within-bytes.ts';

/** What machinery left on a record. Each part stays until the same machinery writes the record again. */
export type RecordMarks = {
  bulk_load?: { id: string; at: string; record_no: number; source_file?: string };
  bulk_operation?: { id: string; sys_version: number };
  snapshot_id?: string;
  /** Files of ours are kept for it, be it only until its earlier versions' are destroyed. */
  has_files?: boolean;
};

/** A stored payment method as it is stored: the queryable columns, and the rest sealed under the customer's key. */
export type RecordRow = {
  id: string;
  sys_version: number;
  customer_id: number;
  type: string;
  credit_card_type: string;
  last_four_digits: string;
  /** YYYY-MM-DD. */
  expires: string | null;
  payrix_migrated: boolean | null;
  sys_external_id: string | null;
  sys_locked: boolean | null;
  sys_snapshot_base_version: number | null;
  sys_created_at: Date;
  sys_created_by_id: string;
  sys_last_modified_at: Date;
  sys_last_modified_by_id: string;
  sys_last_security_context: object;
  sys_deleted_at: Date | null;
  /** Who deleted the record, or last tried to. */
  sys_deleted_by_id: string | null;
  marks: RecordMarks | null;
  key_id: string;
  sealed: Buffer;
};

/** A record with what an operation needs to know of its customer. */
export type FoundRecord = RecordRow & {
  contact_id: string;
  customer_uuid: string;
  is_account_instrument: boolean;
  wrapped_key: Buffer;
  wrapped_by: string;
  key_customer_uuid: string;
  /** Whether the customer's next content is sealed under another key. */
  key_is_retired: boolean;
};

const columns = (table: string) => `
  ${table}.id, ${table}.sys_version, ${table}.customer_id, ${table}.type, ${table}.credit_card_type,
  ${table}.last_four_digits, ${table}.expires, ${table}.payrix_migrated, ${table}.sys_external_id, ${table}.sys_locked,
  ${table}.sys_snapshot_base_version, ${table}.sys_created_at, ${table}.sys_created_by_id,
  ${table}.sys_last_modified_at, ${table}.sys_last_modified_by_id, ${table}.sys_last_security_context,
  ${table}.sys_deleted_at, ${table}.sys_deleted_by_id, ${table}.marks, ${table}.key_id, ${table}.sealed`;

/** The start of a SELECT of found records from a table under this name, `c` for the customer and `k` for its key. */
export const selectFound = (table: string) => `
  SELECT ${columns(table)}, c.contact_id, c.customer_uuid,
    c.account_method_id IS NOT DISTINCT FROM ${table}.id AS is_account_instrument,
    k.wrapped_key, k.wrapped_by, k.customer_uuid AS key_customer_uuid, k.retired_at IS NOT NULL AS key_is_retired`;

export const foundFrom = `FROM stored_payment_methods m
    JOIN customers c ON c.tenant_id = m.tenant_id AND c.customer_id = m.customer_id
    JOIN customer_keys k ON k.tenant_id = m.tenant_id AND k.key_id = m.key_id`;

const readRecords = {
  name: 'read-records',
  text: `${selectFound('m')}
    ${foundFrom}
    WHERE m.tenant_id = $1 AND m.id = ANY ($2::text[]) AND m.sys_deleted_at IS NULL`,
};

/** The records with these ids, in any order; those that do not exist, or are deleted, are left out. */
export const findRecords = (db: Database, tenantId: string, ids: readonly string[]): Promise<FoundRecord[]> =>
  db.single(tenantId, readRecords, [tenantId, ids]);

const readCustomersRecords = {
  name: 'read-customers-records',
  text: withinBytes(
    `${selectFound('m')}
    ${foundFrom}
    WHERE m.tenant_id = $1 AND m.customer_id = $2 AND m.id > $3 AND m.sys_deleted_at IS NULL
    ORDER BY m.id
    LIMIT $4`,
    'id',
  ),
};

/**
 * A customer's records in the order of their ids, after the given one ('' for the first page). They may be fewer than the
 * limit though others follow, see `mayBeCut`.
 */
export const listCustomersRecords = (
  db: Database,
  tenantId: string,
  customerId: number,
  after: string,
  limit: number,
): Promise<FoundRecord[]> => db.single(tenantId, readCustomersRecords, [tenantId, customerId, after, limit]);

const walkedAtOnce = 100;

/** All records of a customer in the order of their ids, some megabytes of them at a time. */
export async function* walkCustomersRecords(
  db: Database,
  tenantId: string,
  customerId: number,
): AsyncGenerator<FoundRecord> {
  for (let after = ''; ; ) {
    const page = await listCustomersRecords(db, tenantId, customerId, after, walkedAtOnce);
    yield* page;
    const last = page.at(-1);
    if (!last || (page.length < walkedAtOnce && !mayBeCut(page))) return;
    after = last.id;
  }
}

const readVersion = {
  name: 'read-version',
  text: `${selectFound('v')}
    FROM stored_payment_method_versions v
    JOIN customers c ON c.tenant_id = v.tenant_id AND c.customer_id = v.customer_id
    JOIN customer_keys k ON k.tenant_id = v.tenant_id AND k.key_id = v.key_id
    WHERE v.tenant_id = $1 AND v.id = $2 AND (v.sys_version = $3 OR v.sys_last_modified_at <= $4)
    ORDER BY v.sys_version DESC
    LIMIT 1`,
};

/** One earlier version: by its number, or the one that was current at an instant. */
export async function findVersion(
  db: Database,
  tenantId: string,
  id: string,
  at: { version: number } | { instant: Date },
): Promise<FoundRecord | null> {
  const [version, instant] = 'version' in at ? [at.version, null] : [null, at.instant];
  const [row] = await db.single<FoundRecord>(tenantId, readVersion, [tenantId, id, version, instant]);
  return row ?? null;
}

const readExternalId = {
  name: 'read-external-id',
  text: `
    SELECT id FROM stored_payment_methods
    WHERE tenant_id = $1 AND sys_external_id = $2 AND sys_deleted_at IS NULL`,
};

/** The id of the record that has this external id, null when none has. */
export async function findRecordByExternalId(
  db: Database,
  tenantId: string,
  externalId: string,
): Promise<string | null> {
  const [row] = await db.single<{ id: string }>(tenantId, readExternalId, [tenantId, externalId]);
  return row?.id ?? null;
}

const noteAttempt = {
  name: 'note-deletion-attempt',
  text: `
    UPDATE stored_payment_methods SET sys_deleted_by_id = $3
    WHERE tenant_id = $1 AND id = $2 AND sys_deleted_at IS NULL`,
};

/** Remembers who tried to delete a record that stays; that makes no version of it. */
export async function noteDeletionAttempt(tx: Transaction, id: string, callerId: string): Promise<void> {
  await tx.query(noteAttempt, [tx.tenantId, id, callerId]);
}

const hold = {
  name: 'hold-records',
  text: 'SELECT id FROM stored_payment_methods WHERE tenant_id = $1 AND id = ANY ($2::text[]) ORDER BY id FOR NO KEY UPDATE',
};

const noteAttempts = {
  name: 'note-deletion-attempts',
  text: `
    UPDATE stored_payment_methods SET sys_deleted_by_id = $3
    WHERE tenant_id = $1 AND id = ANY ($2::text[]) AND sys_deleted_at IS NULL`,
};

/** Locks records in the order of their ids, as every write does, for a transaction that writes them one after the other. */
export async function holdRecords(tx: Transaction, ids: readonly string[]): Promise<void> {
  await tx.query(hold, [tx.tenantId, ids]);
}

/** Remembers who tried to delete these records, which stay; hold them before. */
export async function noteDeletionAttempts(tx: Transaction, ids: readonly string[], callerId: string): Promise<void> {
  await tx.query(noteAttempts, [tx.tenantId, ids, callerId]);
}
