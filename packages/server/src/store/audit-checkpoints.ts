import type { Database } from './database.ts';

/** The chain's value at a number, signed. */
export type Checkpoint = { number: number; chain: Buffer; at: Date; signature: Buffer };

const readEnd = {
  name: 'read-audit-chain-end',
  text: 'SELECT number, chain FROM audit_chains WHERE tenant_id = $1',
};

/** Where a tenant's chain ends; null while nothing is sealed. */
export async function findChainEnd(db: Database, tenantId: string): Promise<{ number: number; chain: Buffer } | null> {
  const [end] = await db.single<{ number: number; chain: Buffer }>(tenantId, readEnd, [tenantId]);
  return end && end.number > 0 ? end : null;
}

const write = {
  name: 'write-audit-checkpoint',
  text: `
    INSERT INTO audit_checkpoints (tenant_id, number, chain, at, signature)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING`,
};

export async function insertCheckpoint(db: Database, tenantId: string, checkpoint: Checkpoint): Promise<void> {
  const { number, chain, at, signature } = checkpoint;
  await db.single(tenantId, write, [tenantId, number, chain, at, signature]);
}

const readAfter = {
  name: 'read-audit-checkpoints',
  text: `
    SELECT number, chain, at, signature FROM audit_checkpoints
    WHERE tenant_id = $1 AND number > $2
    ORDER BY number
    LIMIT $3`,
};

/** The checkpoints after a number, in their order. */
export const listCheckpoints = (db: Database, tenantId: string, after: number, limit: number): Promise<Checkpoint[]> =>
  db.single(tenantId, readAfter, [tenantId, after, limit]);
