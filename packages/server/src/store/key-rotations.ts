import type { Database, Transaction } from './database.ts';

/** What is rotated: a tenant's own keys, or those of its customers. */
export type RotationKind = 'tenant' | 'customers';
export type Rotation = { rotationId: string; startedAt: Date };

const begin = {
  name: 'begin-key-rotation',
  text: `
    INSERT INTO key_rotations (tenant_id, rotation_id, kind, started_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (tenant_id, kind) WHERE finished_at IS NULL DO NOTHING
    RETURNING rotation_id`,
};

/** False when one of this kind goes on already. */
export const beginRotation = async (tx: Transaction, kind: RotationKind, rotation: Rotation): Promise<boolean> =>
  (await tx.query(begin, [tx.tenantId, rotation.rotationId, kind, rotation.startedAt])).length === 1;

const readUnfinished = {
  name: 'read-unfinished-key-rotation',
  text: `
    SELECT rotation_id AS "rotationId", started_at AS "startedAt" FROM key_rotations
    WHERE tenant_id = $1 AND kind = $2 AND finished_at IS NULL`,
};

/** The rotation that was begun and has not come to its end; null when there is none. */
export async function findUnfinishedRotation(
  db: Database,
  tenantId: string,
  kind: RotationKind,
): Promise<Rotation | null> {
  const [rotation] = await db.single<Rotation>(tenantId, readUnfinished, [tenantId, kind]);
  return rotation ?? null;
}

const finish = {
  name: 'finish-key-rotation',
  text: 'UPDATE key_rotations SET finished_at = $3 WHERE tenant_id = $1 AND rotation_id = $2 AND finished_at IS NULL',
};

/** Notes that a rotation has come to its end. */
export async function finishRotation(db: Database, tenantId: string, rotationId: string, at: Date): Promise<void> {
  await db.single(tenantId, finish, [tenantId, rotationId, at]);
}
