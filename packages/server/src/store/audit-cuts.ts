import type { Checkpoint } from './audit-checkpoints.ts';
import type { Database, Transaction } from './database.ts';
import { queryByIndex } from './plan-by-index.ts';

/** Up to which number a tenant's audit was removed; `chain` is the value that the first one left follows. */
export type AuditCut = Checkpoint;

const readCuts = {
  name: 'read-audit-cuts',
  text: 'SELECT number, chain, at, signature FROM audit_cuts WHERE tenant_id = $1 ORDER BY number DESC',
};

/** A tenant's cuts, the last one first. */
export const listCuts = (db: Database, tenantId: string): Promise<AuditCut[]> =>
  db.single(tenantId, readCuts, [tenantId]);

const readCheckpoint = {
  name: 'read-checkpoint-to-cut-at',
  text: `
    SELECT number, chain, at, signature FROM audit_checkpoints
    WHERE tenant_id = $1 AND at <= $2
      AND number > (SELECT coalesce(max(number), 0) FROM audit_cuts WHERE tenant_id = $1)
      AND NOT EXISTS (SELECT FROM audit_cuts WHERE tenant_id = $1 AND at > $3)
    ORDER BY at DESC
    LIMIT 1`,
};

/**
 * The last checkpoint of before an instant: what it signs was all written before. Null when a cut was made there, or
 * since `lastCutBefore`.
 */
export async function findCheckpointToCutAt(
  tx: Transaction,
  instant: Date,
  lastCutBefore: Date,
): Promise<Checkpoint | null> {
  const [checkpoint] = await tx.query<Checkpoint>(readCheckpoint, [tx.tenantId, instant, lastCutBefore]);
  return checkpoint ?? null;
}

const write = {
  name: 'write-audit-cut',
  text: `
    WITH earlier AS (DELETE FROM audit_cuts WHERE tenant_id = $1 AND number < $2)
    INSERT INTO audit_cuts (tenant_id, number, chain, at, signature) VALUES ($1, $2, $3, $4, $5)`,
};

/** States a cut, which takes the place of those before. */
export async function insertCut(tx: Transaction, { number, chain, at, signature }: AuditCut): Promise<void> {
  await tx.query(write, [tx.tenantId, number, chain, at, signature]);
}

const remove = {
  name: 'remove-cut-audit',
  text: `
    WITH first AS (
      SELECT number, audit_id FROM audit_seals
      WHERE tenant_id = $1 AND number <= (SELECT coalesce(max(number), 0) FROM audit_cuts WHERE tenant_id = $1)
      ORDER BY number
      LIMIT $2
    ),
    entries AS (
      DELETE FROM audit_entries e USING first f WHERE e.tenant_id = $1 AND e.audit_id = f.audit_id
    ),
    seals AS (
      DELETE FROM audit_seals s USING first f WHERE s.tenant_id = $1 AND s.number = f.number
    )
    SELECT count(*) AS removed FROM first`,
};

/** Removes the first entries of what is cut, with their seals. Answers how many. */
export async function removeCutEntries(tx: Transaction, limit: number): Promise<number> {
  const [row] = await queryByIndex<{ removed: number }>(tx, remove, [tx.tenantId, limit]);
  return row?.removed ?? 0;
}
