import type { Database, Transaction } from './database.ts';

/** A piece of a bulk load's file as it is kept. */
export type BulkLoadChunk = { starts_at: number; sealed: Buffer };

const advance = {
  name: 'advance-bulk-load',
  text: `
    UPDATE background_tasks
    SET progress = jsonb_set(progress, '{bytes}', to_jsonb($4::bigint)), changes = changes + 1
    WHERE tenant_id = $1 AND task_id = $2 AND kind = 'bulk_load' AND state = 'open'
      AND (progress->>'bytes')::bigint = $3
    RETURNING task_id`,
};

const write = {
  name: 'write-bulk-load-chunk',
  text: 'INSERT INTO bulk_load_chunks (tenant_id, load_id, starts_at, sealed) VALUES ($1, $2, $3, $4)',
};

/** Adds the next piece of an open load's file; false when it is not open or has another number of bytes by now. */
export async function appendChunk(
  tx: Transaction,
  loadId: string,
  chunk: BulkLoadChunk,
  endsAt: number,
): Promise<boolean> {
  const advanced = await tx.query(advance, [tx.tenantId, loadId, chunk.starts_at, endsAt]);
  if (advanced.length === 0) return false;
  await tx.query(write, [tx.tenantId, loadId, chunk.starts_at, chunk.sealed]);
  return true;
}

const readOne = {
  name: 'read-bulk-load-chunk',
  text: `
    SELECT starts_at, sealed FROM bulk_load_chunks
    WHERE tenant_id = $1 AND load_id = $2 AND starts_at = $3`,
};

export async function findChunk(
  db: Database,
  tenantId: string,
  loadId: string,
  startsAt: number,
): Promise<BulkLoadChunk | null> {
  const [chunk] = await db.single<BulkLoadChunk>(tenantId, readOne, [tenantId, loadId, startsAt]);
  return chunk ?? null;
}

const close = {
  name: 'close-bulk-load-upload',
  text: `
    UPDATE background_tasks SET state = 'waiting', due_at = $3, changes = changes + 1
    WHERE tenant_id = $1 AND task_id = $2 AND kind = 'bulk_load' AND state = 'open'
    RETURNING progress`,
};

/** Hands a load with all that was received to the workers; null when it is not open any more. */
export async function closeUpload(tx: Transaction, loadId: string, dueAt: Date): Promise<{ progress: object } | null> {
  const [row] = await tx.query<{ progress: object }>(close, [tx.tenantId, loadId, dueAt]);
  return row ?? null;
}

const remove = {
  name: 'delete-bulk-load-chunks',
  text: 'DELETE FROM bulk_load_chunks WHERE tenant_id = $1 AND load_id = $2',
};

/** Destroys what was received of a load that is over. */
export async function deleteChunks(tx: Transaction, loadId: string): Promise<void> {
  await tx.query(remove, [tx.tenantId, loadId]);
}

const removeEnded = {
  name: 'delete-chunks-of-ended-bulk-loads',
  text: `
    DELETE FROM bulk_load_chunks c
    USING background_tasks t
    WHERE c.tenant_id = $1 AND t.tenant_id = $1 AND t.task_id = c.load_id
      AND t.state IN ('done', 'failed', 'cancelled')`,
};

/** Destroys what is left of loads that ended in whatever way. */
export async function deleteChunksOfEndedLoads(db: Database, tenantId: string): Promise<void> {
  await db.single(tenantId, removeEnded, [tenantId]);
}

const cancelAbandoned = {
  name: 'cancel-abandoned-bulk-loads',
  text: `
    UPDATE background_tasks SET state = 'cancelled', cancel_requested_at = $3, ended_at = $3, changes = changes + 1
    WHERE tenant_id = $1 AND kind = 'bulk_load' AND state = 'open' AND created_at < $2
    RETURNING task_id`,
};

/** Cancels the loads that are still open and were opened before an instant; answers their ids. */
export async function cancelAbandonedLoads(tx: Transaction, before: Date, at: Date): Promise<string[]> {
  const rows = await tx.query<{ task_id: string }>(cancelAbandoned, [tx.tenantId, before, at]);
  return rows.map((row) => row.task_id);
}
