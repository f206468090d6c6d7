import type { Database, Transaction } from './database.ts';
import { queryByIndex } from './plan-by-index.ts';

/** How far a tenant's audit is sealed and signed; numbers are 0 where nothing is yet. */
export type AuditProgress = {
  number: number;
  /** Whether there are entries that nobody has looked at yet. */
  isBehind: boolean;
  checkpointNumber: number;
  checkpointAt: Date | null;
};

const readProgress = {
  name: 'read-audit-progress',
  text: `
    SELECT coalesce(c.number, 0) AS number,
      e.audit_id IS NOT NULL AND coalesce(
        (e.written_in, e.audit_id) > (c.read_through, c.read_through_id)
          OR c.read_through >= pg_snapshot_xmax(pg_current_snapshot()),
        true
      ) AS "isBehind",
      coalesce(p.number, 0) AS "checkpointNumber", p.at AS "checkpointAt"
    FROM (SELECT $1::text AS tenant_id) t
    LEFT JOIN audit_chains c ON c.tenant_id = t.tenant_id
    LEFT JOIN LATERAL (
      SELECT written_in, audit_id FROM audit_entries
      WHERE tenant_id = $1
      ORDER BY written_in DESC, audit_id DESC
      LIMIT 1
    ) e ON true
    LEFT JOIN LATERAL (
      SELECT number, at FROM audit_checkpoints WHERE tenant_id = $1 ORDER BY number DESC LIMIT 1
    ) p ON true`,
};

export async function readAuditProgress(db: Database, tenantId: string): Promise<AuditProgress> {
  const [progress] = await db.single<AuditProgress>(tenantId, readProgress, [tenantId]);
  if (!progress) throw new Error('the database did not say how far the audit is sealed');
  return progress;
}

/** The end of a tenant's chain, held by the one who adds to it. */
export type ChainEnd = { number: number; chain: Buffer; readThrough: string; readThroughId: string };

const beginChain = {
  name: 'begin-audit-chain',
  text: `
    INSERT INTO audit_chains (tenant_id, number, chain, read_through, read_through_id)
    VALUES ($1, 0, $2, '0', '00000000-0000-0000-0000-000000000000')
    ON CONFLICT DO NOTHING
    RETURNING 1`,
};

/** Gives a tenant's chain its place before the first entry; answers whether it had none yet. */
export async function insertChain(db: Database, tenantId: string, start: Buffer): Promise<boolean> {
  return (await db.single(tenantId, beginChain, [tenantId, start])).length > 0;
}

/** A place that lies ahead of the present transaction is of the server that this database was restored from. */
const holdChain = {
  name: 'hold-audit-chain',
  text: `
    SELECT number, chain,
      CASE WHEN read_through < pg_snapshot_xmax(pg_current_snapshot()) THEN read_through ELSE '0' END::text
        AS "readThrough",
      read_through_id AS "readThroughId"
    FROM audit_chains
    WHERE tenant_id = $1
    FOR NO KEY UPDATE SKIP LOCKED`,
};

/**
 * Locks the end of the chain until the transaction ends; null while somebody else seals, and when there is no chain yet.
 * Writers do not need it.
 */
export async function holdChainEnd(tx: Transaction): Promise<ChainEnd | null> {
  const [end] = await queryByIndex<ChainEnd>(tx, holdChain, [tx.tenantId]);
  return end ?? null;
}

/** An entry as far as sealing it goes. */
export type EntryToSeal = {
  audit_id: string;
  written_in: string;
  code_key_id: string;
  code: Buffer;
  subject_id: string;
};

const readNext = {
  name: 'read-entries-to-seal',
  text: `
    SELECT audit_id, e.written_in::text, code_key_id, code, subject_id
    FROM audit_entries e
    WHERE tenant_id = $1 AND (e.written_in, audit_id) > ($2::xid8, $3::uuid)
      AND e.written_in < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY e.written_in, audit_id
    LIMIT $4`,
};

/** The next entries behind the oldest transaction still running: none can come between or before them any more. */
export const listEntriesToSeal = (tx: Transaction, after: ChainEnd, limit: number): Promise<EntryToSeal[]> =>
  tx.query(readNext, [tx.tenantId, after.readThrough, after.readThroughId, limit]);

const readSealed = {
  name: 'read-sealed-entries',
  text: 'SELECT audit_id FROM audit_seals WHERE tenant_id = $1 AND audit_id = ANY ($2::uuid[])',
};

/** Those of the entries that have their place in the chain already. */
export async function findSealedIds(tx: Transaction, entries: readonly EntryToSeal[]): Promise<ReadonlySet<string>> {
  const ids = entries.map((entry) => entry.audit_id);
  const rows = await tx.query<{ audit_id: string }>(readSealed, [tx.tenantId, ids]);
  return new Set(rows.map((row) => row.audit_id));
}

const adoptRestored = {
  name: 'adopt-restored-entries',
  text: `
    WITH adopted AS (
      UPDATE audit_entries SET written_in = pg_current_xact_id()
      WHERE tenant_id = $1 AND audit_id IN (
        SELECT audit_id FROM audit_entries
        WHERE tenant_id = $1 AND written_in >= pg_snapshot_xmax(pg_current_snapshot())
        ORDER BY written_in
        LIMIT $2
      )
      RETURNING 1
    )
    SELECT count(*)::int AS count FROM adopted`,
};

/**
 * Entries of a transaction that has not begun here were restored from another server: they get the present one, so that
 * sealing comes past them. No entry of this server can be seen before its transaction has begun. Answers how many.
 */
export async function adoptRestoredEntries(tx: Transaction, limit: number): Promise<number> {
  const [adopted] = await tx.query<{ count: number }>(adoptRestored, [tx.tenantId, limit]);
  return adopted?.count ?? 0;
}

const writeSeals = {
  name: 'write-audit-seals',
  text: `
    INSERT INTO audit_seals (tenant_id, number, audit_id, subject_id, chain)
    SELECT $1, $2::bigint + s.n, s.audit_id, s.subject_id, substring($5::bytea FROM (s.n::int - 1) * $6 + 1 FOR $6)
    FROM unnest($3::uuid[], $4::text[]) WITH ORDINALITY AS s (audit_id, subject_id, n)`,
};

const moveEnd = {
  name: 'move-audit-chain-end',
  text: `
    UPDATE audit_chains SET number = $2, chain = $3, read_through = $4::xid8, read_through_id = $5
    WHERE tenant_id = $1`,
};

/**
 * Adds entries behind the `before`th, each with its chain value, and says where the chain ends now. Rejects with SQLSTATE
 * 23505 when one of them has its place already.
 */
export async function insertSeals(
  tx: Transaction,
  seals: { before: number; entries: readonly EntryToSeal[]; chains: readonly Buffer[] },
  end: ChainEnd,
): Promise<void> {
  const { before, entries, chains } = seals;
  if (entries.length > 0) {
    await tx.query(writeSeals, [
      tx.tenantId,
      before,
      entries.map((entry) => entry.audit_id),
      entries.map((entry) => entry.subject_id),
      Buffer.concat(chains),
      end.chain.length,
    ]);
  }
  await tx.query(moveEnd, [tx.tenantId, end.number, end.chain, end.readThrough, end.readThroughId]);
}
