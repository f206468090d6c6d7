import type { Database, Transaction } from './database.ts';

/** An attempt that was given the right to run, or what stands in its way. */
export type AttemptOutcome =
  | { state: 'granted' }
  | { state: 'running' }
  | { state: 'answered'; requestHash: Buffer; sealedAnswer: Buffer };

const claim = {
  name: 'claim-idempotency-key',
  text: `
    INSERT INTO idempotency_keys AS k (tenant_id, scope_hash, request_hash, attempt_id, attempt_until, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (tenant_id, scope_hash) DO UPDATE
      SET request_hash = excluded.request_hash, attempt_id = excluded.attempt_id,
        attempt_until = excluded.attempt_until, expires_at = excluded.expires_at, sealed_answer = NULL
      WHERE k.expires_at <= $7 OR (k.sealed_answer IS NULL AND k.attempt_until <= $7)
    RETURNING attempt_id`,
};

const read = {
  name: 'read-idempotency-key',
  text: `
    SELECT request_hash AS "requestHash", sealed_answer AS "sealedAnswer"
    FROM idempotency_keys
    WHERE tenant_id = $1 AND scope_hash = $2`,
};

export type Attempt = {
  scopeHash: Buffer;
  requestHash: Buffer;
  attemptId: string;
  /** The same request's hashes under other keys, claimed as well while a rotation may have left answers there. */
  otherScopes?: readonly Buffer[];
};

/**
 * Claims a key for one attempt. A claim whose attempt is over its time without an answer committed nothing, since the
 * answer is part of the change's transaction: it may be taken over, and the late attempt then finds it taken.
 */
export async function claimAttempt(
  db: Database,
  tenantId: string,
  attempt: Attempt,
  times: { now: Date; attemptUntil: Date; expiresAt: Date },
): Promise<AttemptOutcome> {
  const claimed = await db.single(tenantId, claim, [
    tenantId,
    attempt.scopeHash,
    attempt.requestHash,
    attempt.attemptId,
    times.attemptUntil,
    times.expiresAt,
    times.now,
  ]);
  if (claimed.length === 1) return { state: 'granted' };
  const [row] = await db.single<{ requestHash: Buffer; sealedAnswer: Buffer | null }>(tenantId, read, [
    tenantId,
    attempt.scopeHash,
  ]);
  if (!row?.sealedAnswer) return { state: 'running' };
  return { state: 'answered', requestHash: row.requestHash, sealedAnswer: row.sealedAnswer };
}

const keep = {
  name: 'keep-answer',
  text: `
    UPDATE idempotency_keys SET sealed_answer = $4
    WHERE tenant_id = $1 AND scope_hash = $2 AND attempt_id = $3 AND sealed_answer IS NULL
    RETURNING attempt_id`,
};

/** Keeps the answer in the transaction of the change; false when another attempt has taken the key over. */
export const keepAnswer = async (
  tx: Transaction,
  attempt: Pick<Attempt, 'scopeHash' | 'attemptId'>,
  sealedAnswer: Buffer,
): Promise<boolean> =>
  (await tx.query(keep, [tx.tenantId, attempt.scopeHash, attempt.attemptId, sealedAnswer])).length === 1;

const release = {
  name: 'release-attempt',
  text: `
    DELETE FROM idempotency_keys
    WHERE tenant_id = $1 AND scope_hash = ANY ($2::bytea[]) AND attempt_id = $3 AND sealed_answer IS NULL`,
};

/** Gives a key back after an attempt that changed nothing and whose answer is not kept. */
export async function releaseAttempt(db: Database, tenantId: string, attempt: Attempt): Promise<void> {
  const scopes = [attempt.scopeHash, ...(attempt.otherScopes ?? [])];
  await db.single(tenantId, release, [tenantId, scopes, attempt.attemptId]);
}

const list = {
  name: 'list-kept-answers',
  text: `
    SELECT scope_hash AS "scopeHash", sealed_answer AS "sealedAnswer" FROM idempotency_keys
    WHERE tenant_id = $1 AND scope_hash > $2 AND sealed_answer IS NOT NULL
    ORDER BY scope_hash
    LIMIT $3`,
};

export type KeptAnswerRow = { scopeHash: Buffer; sealedAnswer: Buffer };

/** A tenant's kept answers in the order of their hashes, after the given one (empty for the first page). */
export const listKeptAnswers = (
  db: Database,
  tenantId: string,
  after: Buffer,
  limit: number,
): Promise<KeptAnswerRow[]> => db.single(tenantId, list, [tenantId, after, limit]);

const forget = {
  name: 'forget-kept-answers',
  text: 'DELETE FROM idempotency_keys WHERE tenant_id = $1 AND scope_hash = ANY ($2::bytea[])',
};

/** Forgets answers, as if their requests had never been sent. */
export async function deleteKeptAnswers(db: Database, tenantId: string, scopeHashes: readonly Buffer[]): Promise<void> {
  await db.single(tenantId, forget, [tenantId, scopeHashes]);
}

const replace = {
  name: 'replace-kept-answers',
  text: `
    UPDATE idempotency_keys k SET sealed_answer = i.sealed_answer
    FROM unnest($2::bytea[], $3::bytea[]) AS i (scope_hash, sealed_answer)
    WHERE k.tenant_id = $1 AND k.scope_hash = i.scope_hash AND k.sealed_answer IS NOT NULL`,
};

/** Puts other answers in the place of kept ones; their requests count as sent. */
export async function replaceKeptAnswers(
  db: Database,
  tenantId: string,
  answers: readonly KeptAnswerRow[],
): Promise<void> {
  const values = [answers.map(({ scopeHash }) => scopeHash), answers.map(({ sealedAnswer }) => sealedAnswer)];
  await db.single(tenantId, replace, [tenantId, ...values]);
}

const prune = {
  name: 'prune-idempotency-keys',
  text: 'DELETE FROM idempotency_keys WHERE tenant_id = $1 AND expires_at <= $2',
};

/** Forgets the keys that a retry can no longer name. */
export async function deleteExpiredAnswers(db: Database, tenantId: string, now: Date): Promise<void> {
  await db.single(tenantId, prune, [tenantId, now]);
}
