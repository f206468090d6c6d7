import type { Transaction } from './database.ts';

/** One line of the audit as it is stored; `code` is an HMAC over the rest. Binary values are base64. */
export type AuditEntry = {
  audit_id: string;
  at: string;
  actor_kind: string;
  actor_id: string;
  source_address: string | null;
  trace_id: string;
  action: string;
  subject_kind: string;
  subject_id: string;
  subject_version: number | null;
  key_id: string | null;
  sealed_details: string | null;
  code_key_id: string;
  code: string;
};

/** One event of the outbox. The payload holds no personal data. */
export type OutboxEvent = {
  event_id: string;
  type: string;
  at: string;
  subject_id: string;
  subject_version: number | null;
  payload: object;
};

/** What every change leaves behind, in its own transaction. */
export type Trail = { audit: AuditEntry; event: OutboxEvent | null };

const writeTrail = {
  name: 'write-trail',
  text: `
    WITH entry AS (
      INSERT INTO audit_entries (tenant_id, audit_id, at, actor_kind, actor_id, source_address, trace_id, action,
        subject_kind, subject_id, subject_version, key_id, sealed_details, code_key_id, code)
      SELECT $1, a.audit_id, a.at, a.actor_kind, a.actor_id, a.source_address, a.trace_id, a.action, a.subject_kind,
        a.subject_id, a.subject_version, a.key_id, decode(a.sealed_details, 'base64'), a.code_key_id,
        decode(a.code, 'base64')
      FROM json_to_record($2::json) AS a (audit_id uuid, at timestamptz, actor_kind text, actor_id text,
        source_address text, trace_id text, action text, subject_kind text, subject_id text, subject_version integer,
        key_id uuid, sealed_details text, code_key_id uuid, code text)
    )
    INSERT INTO events (tenant_id, event_id, type, at, subject_id, subject_version, payload, written_in)
    SELECT $1, e.event_id, e.type, e.at, e.subject_id, e.subject_version, e.payload, pg_current_xact_id()
    FROM json_to_record($3::json) AS e (event_id uuid, type text, at timestamptz, subject_id text,
      subject_version integer, payload jsonb)
    WHERE e.event_id IS NOT NULL`,
};

export async function insertTrail(tx: Transaction, trail: Trail): Promise<void> {
  await tx.query(writeTrail, [tx.tenantId, JSON.stringify(trail.audit), JSON.stringify(trail.event ?? {})]);
}
