import type { Database, Statement, Transaction } from './database.ts';
import { Gathering } from './gathering.ts';
import { type ChangeOutcome, changeInput, type RecordChange, sharedKeys } from './record-change.ts';
import { tokenTaskColumns } from './token-tasks.ts';

/**
 * The write path. One statement locks, checks and writes record, version, number, tokens' tasks, pointer, payment
 * request, answer, audit and event of many changes at once: one round trip on PostgreSQL. On a sharded engine separate
 * statements in one transaction are the better plan, and this module is the only place that would know.
 *
 * Each part that locks counts the rows of the one before it: that makes every statement lock customers, records,
 * requests and answers in this order, whatever is in it, so that no two can wait for each other.
 */
const applyChanges: Statement = {
  name: 'apply-record-changes',
  text: `
    WITH input AS MATERIALIZED (
      SELECT * FROM json_to_recordset($2::json) AS i (
        n integer, expected_version integer, at timestamptz,
        id text, sys_version integer, customer_id bigint, type text, credit_card_type text, last_four_digits text,
        expires date, payrix_migrated boolean, sys_external_id text, sys_locked boolean,
        sys_snapshot_base_version integer, sys_created_at timestamptz, sys_created_by_id text,
        sys_last_modified_at timestamptz, sys_last_modified_by_id text, sys_last_security_context jsonb,
        sys_deleted_at timestamptz, sys_deleted_by_id text, marks jsonb, key_id uuid, sealed text, terms text[],
        file_ids text[], destroy_files_after timestamptz,
        account_customer_id bigint, account_version integer, payment_choice text, left_id text, left_version integer,
        request_id uuid, session_id text, secret_id uuid, destroy_after timestamptz,
        scope_hash text, attempt_id uuid, sealed_answer text, settled_task_id uuid, token_tasks json,
        audit json, event json
      )
    ),
    held_customers AS MATERIALIZED (
      SELECT c.customer_id
      FROM input i
      JOIN customers c ON c.tenant_id = $1 AND c.customer_id = i.account_customer_id
        AND c.account_version = i.account_version
      ORDER BY c.customer_id
      FOR NO KEY UPDATE OF c
    ),
    held_records AS MATERIALIZED (
      SELECT m.id
      FROM (
        SELECT id, expected_version FROM input
        UNION ALL
        SELECT left_id, left_version FROM input WHERE left_id IS NOT NULL
      ) AS i
      JOIN stored_payment_methods m ON m.tenant_id = $1 AND m.id = i.id AND m.sys_version = i.expected_version
      WHERE (SELECT count(*) FROM held_customers) >= 0
      ORDER BY m.id
      FOR NO KEY UPDATE OF m
    ),
    held_requests AS MATERIALIZED (
      SELECT r.request_id
      FROM input i
      JOIN user_payment_sessions s ON s.tenant_id = $1 AND s.session_id = i.session_id AND s.closed_at IS NULL
      JOIN payment_requests r ON r.tenant_id = $1 AND r.request_id = i.request_id AND r.session_id = s.session_id
        AND r.status = 'PREAUTHED'
      WHERE (SELECT count(*) FROM held_records) >= 0
      ORDER BY s.session_id
      FOR NO KEY UPDATE OF s, r
    ),
    held_answers AS MATERIALIZED (
      SELECT a.attempt_id
      FROM input i
      JOIN idempotency_keys a ON a.tenant_id = $1 AND a.scope_hash = decode(i.scope_hash, 'base64')
        AND a.attempt_id = i.attempt_id AND a.sealed_answer IS NULL
      WHERE (SELECT count(*) FROM held_requests) >= 0
      ORDER BY a.attempt_id
      FOR NO KEY UPDATE OF a
    ),
    -- Of several changes in one statement that name the same file, the first one has it.
    held_files AS MATERIALIZED (
      SELECT w.n, f.file_id
      FROM (
        SELECT DISTINCT ON (file_id) i.n, i.id, file_id
        FROM input i
        CROSS JOIN LATERAL unnest(i.file_ids) AS file_id
        ORDER BY file_id, i.n
      ) AS w
      JOIN files f ON f.tenant_id = $1 AND f.file_id = w.file_id AND f.state = 'stored'
        AND (f.record_id IS NULL OR f.record_id = w.id)
      WHERE (SELECT count(*) FROM held_answers) >= 0
      ORDER BY f.file_id
      FOR NO KEY UPDATE OF f
    ),
    granted AS MATERIALIZED (
      SELECT i.*
      FROM input i
      WHERE (i.expected_version = 0 OR i.id IN (SELECT id FROM held_records))
        AND (i.left_id IS NULL OR i.left_id IN (SELECT id FROM held_records))
        AND (i.account_customer_id IS NULL OR i.account_customer_id IN (SELECT customer_id FROM held_customers))
        AND (i.request_id IS NULL OR i.request_id IN (SELECT request_id FROM held_requests))
        AND (i.attempt_id IS NULL OR i.attempt_id IN (SELECT attempt_id FROM held_answers))
        AND NOT EXISTS (
          SELECT FROM unnest(i.file_ids) AS wanted
          WHERE NOT EXISTS (SELECT FROM held_files h WHERE h.n = i.n AND h.file_id = wanted)
        )
    ),
    created AS (
      INSERT INTO stored_payment_methods (tenant_id, id, sys_version, customer_id, type, credit_card_type,
        last_four_digits, expires, payrix_migrated, sys_external_id, sys_locked, sys_snapshot_base_version,
        sys_created_at, sys_created_by_id, sys_last_modified_at, sys_last_modified_by_id, sys_last_security_context,
        marks, key_id, sealed)
      SELECT $1, g.id, g.sys_version, g.customer_id, g.type, g.credit_card_type, g.last_four_digits, g.expires,
        g.payrix_migrated, g.sys_external_id, g.sys_locked, g.sys_snapshot_base_version, g.sys_created_at,
        g.sys_created_by_id, g.sys_last_modified_at, g.sys_last_modified_by_id, g.sys_last_security_context, g.marks,
        g.key_id, decode(g.sealed, 'base64')
      FROM granted g
      WHERE g.expected_version = 0
    ),
    replaced AS (
      UPDATE stored_payment_methods m
      SET sys_version = g.sys_version, customer_id = g.customer_id, type = g.type,
        credit_card_type = g.credit_card_type, last_four_digits = g.last_four_digits, expires = g.expires,
        payrix_migrated = g.payrix_migrated, sys_external_id = g.sys_external_id, sys_locked = g.sys_locked,
        sys_snapshot_base_version = g.sys_snapshot_base_version, sys_last_modified_at = g.sys_last_modified_at,
        sys_last_modified_by_id = g.sys_last_modified_by_id, sys_last_security_context = g.sys_last_security_context,
        sys_deleted_at = g.sys_deleted_at,
        -- Who tried to delete the record after it was read is not to be forgotten.
        sys_deleted_by_id = CASE WHEN g.sys_deleted_at IS NULL THEN m.sys_deleted_by_id ELSE g.sys_deleted_by_id END,
        -- The last file of an earlier version may have been destroyed since the record was read.
        marks = CASE
          WHEN g.file_ids = '{}' AND NOT EXISTS (
            SELECT FROM files f WHERE f.tenant_id = $1 AND f.record_id = g.id AND f.state IN ('stored', 'removing')
          )
          THEN NULLIF(g.marks - 'has_files', '{}')
          ELSE g.marks
        END,
        key_id = g.key_id, sealed = decode(g.sealed, 'base64')
      FROM granted g
      WHERE m.tenant_id = $1 AND m.id = g.id AND g.expected_version > 0
    ),
    versions AS (
      INSERT INTO stored_payment_method_versions (tenant_id, id, sys_version, customer_id, type, credit_card_type,
        last_four_digits, expires, payrix_migrated, sys_external_id, sys_locked, sys_snapshot_base_version,
        sys_created_at, sys_created_by_id, sys_last_modified_at, sys_last_modified_by_id, sys_last_security_context,
        sys_deleted_at, sys_deleted_by_id, marks, key_id, sealed)
      SELECT $1, g.id, g.sys_version, g.customer_id, g.type, g.credit_card_type, g.last_four_digits, g.expires,
        g.payrix_migrated, g.sys_external_id, g.sys_locked, g.sys_snapshot_base_version, g.sys_created_at,
        g.sys_created_by_id, g.sys_last_modified_at, g.sys_last_modified_by_id, g.sys_last_security_context,
        g.sys_deleted_at, g.sys_deleted_by_id, g.marks, g.key_id, decode(g.sealed, 'base64')
      FROM granted g
    ),
    earlier_terms AS (
      DELETE FROM custom_field_terms t
      USING granted g
      WHERE t.tenant_id = $1 AND t.record_id = g.id AND g.terms IS NOT NULL
        AND encode(t.term, 'base64') <> ALL (g.terms)
    ),
    terms AS (
      INSERT INTO custom_field_terms (tenant_id, record_id, term)
      SELECT $1, g.id, decode(term, 'base64')
      FROM granted g
      CROSS JOIN LATERAL unnest(g.terms) AS term
      ON CONFLICT DO NOTHING
    ),
    earlier_files AS (
      UPDATE files f
      SET destroy_after = g.destroy_files_after
      FROM granted g
      WHERE f.tenant_id = $1 AND f.record_id = g.id AND g.file_ids IS NOT NULL AND f.file_id <> ALL (g.file_ids)
        AND f.destroy_after IS NULL
    ),
    linked_files AS (
      UPDATE files f
      SET record_id = g.id, destroy_after = NULL
      FROM granted g
      JOIN held_files h ON h.n = g.n
      WHERE f.tenant_id = $1 AND f.file_id = h.file_id AND (f.record_id IS NULL OR f.destroy_after IS NOT NULL)
    ),
    earlier_numbers AS (
      UPDATE vault_secrets v
      SET destroy_after = g.destroy_after, doomed_by_version = g.sys_version
      FROM granted g
      WHERE v.tenant_id = $1 AND v.record_id = g.id AND g.destroy_after IS NOT NULL AND v.destroy_after IS NULL
    ),
    numbers AS (
      UPDATE vault_secrets v
      SET record_id = g.id
      FROM granted g
      WHERE v.tenant_id = $1 AND v.secret_id = g.secret_id
    ),
    -- A token of a number that the record no longer has is of no use.
    needless_tasks AS (
      DELETE FROM token_tasks t
      USING granted g
      WHERE t.tenant_id = $1 AND t.record_id = g.id AND t.kind = 'obtain'
        AND (g.secret_id IS NOT NULL OR g.destroy_after IS NOT NULL)
    ),
    settled_tasks AS (
      DELETE FROM token_tasks t
      USING granted g
      WHERE t.tenant_id = $1 AND t.task_id = g.settled_task_id
    ),
    tasks AS (
      INSERT INTO token_tasks (tenant_id, task_id, kind, state, record_id, merchant_account_id, secret_id, key_id,
        sealed, attempts, created_at, updated_at, due_at, traceparent)
      SELECT $1, t.task_id, t.kind, 'pending', t.record_id, t.merchant_account_id, t.secret_id, t.key_id,
        decode(t.sealed, 'base64'), 0, t.created_at, t.created_at, t.created_at, t.traceparent
      FROM granted g
      CROSS JOIN LATERAL json_to_recordset(g.token_tasks) AS t (${tokenTaskColumns})
    ),
    pointers AS (
      UPDATE customers c
      SET account_method_id = g.id, account_payment_choice = g.payment_choice, account_version = c.account_version + 1
      FROM granted g
      WHERE c.tenant_id = $1 AND c.customer_id = g.account_customer_id
    ),
    requests AS (
      UPDATE payment_requests r
      SET status = 'CONSUMED', consumed_at = g.at, consumed_method_id = g.id, consumed_method_version = g.sys_version,
        sealed = NULL
      FROM granted g
      WHERE r.tenant_id = $1 AND r.request_id = g.request_id
    ),
    sessions AS (
      UPDATE user_payment_sessions s
      SET closed_at = g.at
      FROM granted g
      WHERE s.tenant_id = $1 AND s.session_id = g.session_id
    ),
    answers AS (
      UPDATE idempotency_keys a
      SET sealed_answer = decode(g.sealed_answer, 'base64')
      FROM granted g
      WHERE a.tenant_id = $1 AND a.scope_hash = decode(g.scope_hash, 'base64') AND a.attempt_id = g.attempt_id
    ),
    audits AS (
      INSERT INTO audit_entries (tenant_id, audit_id, at, actor_kind, actor_id, source_address, trace_id, action,
        subject_kind, subject_id, subject_version, key_id, sealed_details, code_key_id, code)
      SELECT $1, a.audit_id, a.at, a.actor_kind, a.actor_id, a.source_address, a.trace_id, a.action, a.subject_kind,
        a.subject_id, a.subject_version, a.key_id, decode(a.sealed_details, 'base64'), a.code_key_id,
        decode(a.code, 'base64')
      FROM granted g
      CROSS JOIN LATERAL json_to_record(g.audit) AS a (audit_id uuid, at timestamptz, actor_kind text, actor_id text,
        source_address text, trace_id text, action text, subject_kind text, subject_id text, subject_version integer,
        key_id uuid, sealed_details text, code_key_id uuid, code text)
    ),
    outbox AS (
      INSERT INTO events (tenant_id, event_id, type, at, subject_id, subject_version, payload, written_in)
      SELECT $1, e.event_id, e.type, e.at, e.subject_id, e.subject_version, e.payload, pg_current_xact_id()
      FROM granted g
      CROSS JOIN LATERAL json_to_record(g.event) AS e (event_id uuid, type text, at timestamptz, subject_id text,
        subject_version integer, payload jsonb)
      WHERE e.event_id IS NOT NULL
    )
    SELECT n FROM granted`,
};

/** Applies changes, those of concurrent requests together. Rejects with PostgreSQL's error of this change alone. */
export function recordChanges(db: Database): (tenantId: string, change: RecordChange) => Promise<ChangeOutcome> {
  const gathering = new Gathering<RecordChange, ChangeOutcome>({
    name: 'gather record changes',
    lanes: 2,
    most: 64,
    waits: db.waits,
    keysOf: sharedKeys,
    async run(tenantId, changes) {
      const rows = await db.single<{ n: number }>(tenantId, applyChanges, [
        tenantId,
        JSON.stringify(changes.map(changeInput)),
      ]);
      return outcomesOf(changes, rows);
    },
  });
  return (tenantId, change) => gathering.submit(tenantId, change);
}

/** Applies one change in a transaction that writes more; the caller has to roll all of it back when it is `lost`. */
export async function applyRecordChange(tx: Transaction, change: RecordChange): Promise<ChangeOutcome> {
  const [outcome] = await applyRecordChanges(tx, [change]);
  return outcome ?? 'lost';
}

/**
 * Applies changes of different records in a transaction that writes more. A `lost` one leaves the others as they are:
 * what else is written must then not be about it.
 */
export async function applyRecordChanges(tx: Transaction, changes: readonly RecordChange[]): Promise<ChangeOutcome[]> {
  const rows = await tx.query<{ n: number }>(applyChanges, [tx.tenantId, JSON.stringify(changes.map(changeInput))]);
  return outcomesOf(changes, rows);
}

function outcomesOf(changes: readonly RecordChange[], applied: readonly { n: number }[]): ChangeOutcome[] {
  const numbers = new Set(applied.map(({ n }) => n));
  return changes.map((_, n) => (numbers.has(n) ? 'applied' : 'lost'));
}
