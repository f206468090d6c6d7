import type { Database, Transaction } from './database.ts';
import type { FileState } from './files.ts';

export type DoomedFile = { file_id: string; record_id: string | null; state: FileState };

const listDue = {
  name: 'list-doomed-files',
  text: `
    SELECT file_id, record_id, state FROM files
    WHERE tenant_id = $1 AND destroy_after <= $2
    ORDER BY destroy_after
    LIMIT $3`,
};

/** Files whose time is over, those that wait longest first. */
export const listDoomedFiles = (db: Database, tenantId: string, now: Date, limit: number): Promise<DoomedFile[]> =>
  db.single(tenantId, listDue, [tenantId, now, limit]);

const retire = {
  name: 'retire-file',
  text: `
    UPDATE files SET state = 'removing'
    WHERE tenant_id = $1 AND file_id = $2 AND destroy_after <= $3 AND state <> 'removed'
    RETURNING file_id`,
};

/** Takes a file out of use for good, unless a record has come to refer to it in the meantime. */
export async function retireFile(db: Database, tenantId: string, fileId: string, now: Date): Promise<boolean> {
  return (await db.single(tenantId, retire, [tenantId, fileId, now])).length > 0;
}

const holdRecord = {
  name: 'hold-record-of-file',
  text: 'SELECT id FROM stored_payment_methods WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE',
};

/** Locks the record before its files, as the write path does, so that neither waits for the other. */
export async function holdRecordOfFile(tx: Transaction, recordId: string): Promise<void> {
  await tx.query(holdRecord, [tx.tenantId, recordId]);
}

const shred = {
  name: 'shred-file',
  text: `
    UPDATE files SET state = 'removed', sealed = NULL, destroy_after = $3
    WHERE tenant_id = $1 AND file_id = $2 AND state = 'removing'
    RETURNING file_id`,
};

/** Notes that the bytes are gone; the row goes after `deleteAfter`. */
export async function shredFile(tx: Transaction, fileId: string, deleteAfter: Date): Promise<boolean> {
  return (await tx.query(shred, [tx.tenantId, fileId, deleteAfter])).length > 0;
}

const remove = {
  name: 'delete-removed-file',
  text: `DELETE FROM files WHERE tenant_id = $1 AND file_id = $2 AND state = 'removed'`,
};

export async function deleteRemovedFile(tx: Transaction, fileId: string): Promise<void> {
  await tx.query(remove, [tx.tenantId, fileId]);
}

const clearMark = {
  name: 'clear-files-mark',
  text: `
    UPDATE stored_payment_methods SET marks = NULLIF(marks - 'has_files', '{}')
    WHERE tenant_id = $1 AND id = $2 AND marks ? 'has_files'
      AND NOT EXISTS (
        SELECT FROM files f WHERE f.tenant_id = $1 AND f.record_id = $2 AND f.state IN ('stored', 'removing')
      )`,
};

/** Says on the record that no file is kept for it any more, if so. That makes no version of it. */
export async function clearFilesMark(tx: Transaction, recordId: string): Promise<void> {
  await tx.query(clearMark, [tx.tenantId, recordId]);
}

const postpone = {
  name: 'postpone-file-destruction',
  text: 'UPDATE files SET destroy_after = $3 WHERE tenant_id = $1 AND file_id = $2 AND destroy_after IS NOT NULL',
};

/** Tries again later what could not be destroyed, so that it holds up no other. */
export async function postponeDestruction(db: Database, tenantId: string, fileId: string, until: Date): Promise<void> {
  await db.single(tenantId, postpone, [tenantId, fileId, until]);
}
