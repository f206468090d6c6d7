import type { Database, Transaction } from './database.ts';

/** Whom an attempt counts against, and what may fail there since when; null: ever. */
export type AttemptCounter = { counter: string; most: number; since: Date | null };

/** In the order of their names, so that two attempts never wait for each other. */
const lock = {
  name: 'lock-payment-attempt-counters',
  text: `
    INSERT INTO payment_attempt_counters AS c (tenant_id, counter, used_at)
    SELECT $1, i.counter, $2::timestamptz FROM unnest($3::text[]) AS i (counter)
    ORDER BY i.counter
    ON CONFLICT (tenant_id, counter) DO UPDATE SET used_at = greatest(c.used_at, excluded.used_at)`,
};

const count = {
  name: 'count-payment-attempts',
  text: `
    SELECT i.counter, count(a.request_id) AS attempts
    FROM json_to_recordset($2::json) AS i (counter text, since timestamptz)
    LEFT JOIN payment_attempts a ON a.tenant_id = $1 AND a.counter = i.counter AND a.request_id <> $3
      AND (i.since IS NULL OR a.made_at > i.since)
    GROUP BY i.counter`,
};

const write = {
  name: 'write-payment-attempt',
  text: `
    INSERT INTO payment_attempts (tenant_id, counter, request_id, made_at)
    SELECT $1, i.counter, $2, $3 FROM unnest($4::text[]) AS i (counter)
    ON CONFLICT (tenant_id, counter, request_id) DO NOTHING`,
};

/**
 * Counts a request as failed in all of its counters, until it is given back; when one of them is full, in none. Answers
 * that counter, else null. Exact among processes; a request counts once, however often it is tried.
 */
export async function reserveAttempt(
  tx: Transaction,
  requestId: string,
  counters: readonly AttemptCounter[],
  at: Date,
): Promise<AttemptCounter | null> {
  const names = counters.map(({ counter }) => counter);
  await tx.query(lock, [tx.tenantId, at, names]);
  const rows = await tx.query<{ counter: string; attempts: number }>(count, [
    tx.tenantId,
    JSON.stringify(counters),
    requestId,
  ]);
  const attempts = new Map(rows.map((row) => [row.counter, row.attempts]));
  const full = counters.find(({ counter, most }) => (attempts.get(counter) ?? 0) >= most);
  if (full) return full;
  await tx.query(write, [tx.tenantId, requestId, at, names]);
  return null;
}

const release = {
  name: 'release-payment-attempt',
  text: 'DELETE FROM payment_attempts WHERE tenant_id = $1 AND request_id = $2',
};

/** The request no longer counts as failed. */
export async function releaseAttempt(tx: Transaction, requestId: string): Promise<void> {
  await tx.query(release, [tx.tenantId, requestId]);
}

const tell = {
  name: 'tell-of-full-payment-attempt-counter',
  text: `
    UPDATE payment_attempt_counters SET told_at = $3
    WHERE tenant_id = $1 AND counter = $2 AND (told_at IS NULL OR told_at <= $4)
    RETURNING counter`,
};

/** Whether a full counter is still to be told of: true once for each of its windows. */
export async function isNewlyFull(tx: Transaction, { counter, since }: AttemptCounter, at: Date): Promise<boolean> {
  return (await tx.query(tell, [tx.tenantId, counter, at, since])).length === 1;
}

const sweepAttempts = {
  name: 'sweep-payment-attempts',
  text: 'DELETE FROM payment_attempts WHERE tenant_id = $1 AND made_at < $2',
};

/** Those in use stay for the next time: waiting for them in another order than attempts do could end in a circle. */
const sweepCounters = {
  name: 'sweep-unused-payment-attempt-counters',
  text: `
    DELETE FROM payment_attempt_counters
    WHERE tenant_id = $1 AND counter IN (
      SELECT counter FROM payment_attempt_counters WHERE tenant_id = $1 AND used_at < $2 FOR UPDATE SKIP LOCKED
    )`,
};

/** Forgets attempts and counters of before. */
export async function deleteAttemptsBefore(db: Database, tenantId: string, before: Date): Promise<void> {
  await db.single(tenantId, sweepAttempts, [tenantId, before]);
  await db.single(tenantId, sweepCounters, [tenantId, before]);
}
