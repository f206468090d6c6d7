import type { Database, Transaction } from './database.ts';

/**
 * `refused`: what was uploaded was not what was announced. `removing`: of no use any more, its bytes may still be there.
 * `removed`: they are gone; the row stays as long as a link to upload them again could be used.
 */
export type FileState = 'awaiting_upload' | 'stored' | 'refused' | 'removing' | 'removed';

/** Why a file was refused: what was uploaded differs from what was announced, or did not pass the scan. */
export type FileRefusal = 'SIZE' | 'CHECKSUM' | 'MEDIA_TYPE' | 'INFECTED' | 'NOT_SCANNED';

export type FileRow = {
  file_id: string;
  state: FileState;
  media_type: string;
  /** In bytes. */
  size: number;
  /** As announced, then as found; null when it was not announced. */
  sha256: Buffer | null;
  refusal: FileRefusal | null;
  scanned: boolean;
  custom_field_id: string | null;
  /** Its name and the key of its bytes, under the tenant's key; null once it is removed. */
  sealed: Buffer | null;
  created_at: Date;
  created_by_id: string;
  /** The contact that its maker's credential is limited to. */
  created_for_contact: string | null;
  record_id: string | null;
  /** Null while a record's current version refers to it. */
  destroy_after: Date | null;
};

/** A file with the contact of the record that it belongs to. */
export type FoundFile = FileRow & { contact_id: string | null };

const write = {
  name: 'write-file',
  text: `
    INSERT INTO files (tenant_id, file_id, state, media_type, size, sha256, scanned, custom_field_id, sealed, created_at,
      created_by_id, created_for_contact, destroy_after)
    VALUES ($1, $2, 'awaiting_upload', $3, $4, $5, false, $6, $7, $8, $9, $10, $11)`,
};

export async function insertFile(tx: Transaction, row: FileRow): Promise<void> {
  await tx.query(write, [
    tx.tenantId,
    row.file_id,
    row.media_type,
    row.size,
    row.sha256,
    row.custom_field_id,
    row.sealed,
    row.created_at,
    row.created_by_id,
    row.created_for_contact,
    row.destroy_after,
  ]);
}

const readFiles = {
  name: 'read-files',
  text: `
    SELECT f.file_id, f.state, f.media_type, f.size, f.sha256, f.refusal, f.scanned, f.custom_field_id, f.sealed,
      f.created_at, f.created_by_id, f.created_for_contact, f.record_id, f.destroy_after, c.contact_id
    FROM files f
    LEFT JOIN stored_payment_methods m ON m.tenant_id = f.tenant_id AND m.id = f.record_id
    LEFT JOIN customers c ON c.tenant_id = m.tenant_id AND c.customer_id = m.customer_id
    WHERE f.tenant_id = $1 AND f.file_id = ANY ($2::text[])`,
};

/** The files with these ids, in any order, in whatever state. */
export const findFiles = (db: Database, tenantId: string, ids: readonly string[]): Promise<FoundFile[]> =>
  db.single(tenantId, readFiles, [tenantId, ids]);

const claim = {
  name: 'claim-file-check',
  text: `
    UPDATE files SET checked_until = $4
    WHERE tenant_id = $1 AND file_id = $2 AND state = 'awaiting_upload' AND (checked_until IS NULL OR checked_until <= $3)
    RETURNING file_id`,
};

/** Gives this call alone the right to look at what was uploaded, until it says so, or `until`. */
export async function claimCheck(
  db: Database,
  tenantId: string,
  fileId: string,
  { now, until }: { now: Date; until: Date },
): Promise<boolean> {
  return (await db.single(tenantId, claim, [tenantId, fileId, now, until])).length > 0;
}

const release = {
  name: 'release-file-check',
  text: 'UPDATE files SET checked_until = NULL WHERE tenant_id = $1 AND file_id = $2 AND checked_until = $3',
};

/** Gives it back after a failure of ours. */
export async function releaseCheck(db: Database, tenantId: string, fileId: string, until: Date): Promise<void> {
  await db.single(tenantId, release, [tenantId, fileId, until]);
}

const settle = {
  name: 'settle-file',
  text: `
    UPDATE files SET state = $4, sha256 = $5, refusal = $6, scanned = $7, checked_until = NULL
    WHERE tenant_id = $1 AND file_id = $2 AND state = 'awaiting_upload' AND checked_until = $3
    RETURNING file_id`,
};

/** Ends the check of a file, if the claim is still this call's. */
export async function settleFile(
  tx: Transaction,
  fileId: string,
  claimedUntil: Date,
  found: Pick<FileRow, 'state' | 'sha256' | 'refusal' | 'scanned'>,
): Promise<boolean> {
  const { state, sha256, refusal, scanned } = found;
  const values = [tx.tenantId, fileId, claimedUntil, state, sha256, refusal, scanned];
  return (await tx.query(settle, values)).length > 0;
}
