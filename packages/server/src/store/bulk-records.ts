import { BinaryRows } from './binary-copy.ts';
import type { Transaction } from './database.ts';
import { queryByIndex } from './plan-by-index.ts';
import type { RecordChange } from './record-change.ts';

/** A record that is created, and nothing else that a change can carry. */
export type NewRecord = Pick<RecordChange, 'record' | 'trail' | 'terms'>;

/** Columns of the rows as they arrive: the record's, then the audit's and the event's. */
const arrivals = {
  name: 'make-bulk-arrivals',
  text: `
    CREATE TEMP TABLE IF NOT EXISTS bulk_arrivals (
      id text, sys_version integer, customer_id bigint, type text, credit_card_type text, last_four_digits text,
      expires date, payrix_migrated boolean, sys_external_id text, sys_locked boolean,
      sys_snapshot_base_version integer, sys_created_at timestamptz, sys_created_by_id text,
      sys_last_modified_at timestamptz, sys_last_modified_by_id text, sys_last_security_context jsonb, marks jsonb,
      key_id uuid, sealed bytea, terms bytea[],
      audit_id uuid, at timestamptz, actor_kind text, actor_id text, source_address text, trace_id text, action text,
      audit_key_id uuid, sealed_details bytea, code_key_id uuid, code bytea,
      event_id uuid, payload jsonb
    ) ON COMMIT DELETE ROWS`,
};
const columns = 33;

const expectedRowBytes = 4096;

const recordColumns = `id, sys_version, customer_id, type, credit_card_type, last_four_digits, expires,
  payrix_migrated, sys_external_id, sys_locked, sys_snapshot_base_version, sys_created_at, sys_created_by_id,
  sys_last_modified_at, sys_last_modified_by_id, sys_last_security_context, marks, key_id, sealed`;

const inserts = [
  {
    name: 'insert-bulk-records',
    text: `
      INSERT INTO stored_payment_methods (tenant_id, ${recordColumns})
      SELECT $1, ${recordColumns} FROM pg_temp.bulk_arrivals`,
  },
  {
    name: 'insert-bulk-versions',
    text: `
      INSERT INTO stored_payment_method_versions (tenant_id, ${recordColumns})
      SELECT $1, ${recordColumns} FROM pg_temp.bulk_arrivals`,
  },
  {
    name: 'insert-bulk-audit',
    text: `
      INSERT INTO audit_entries (tenant_id, audit_id, at, actor_kind, actor_id, source_address, trace_id, action,
        subject_kind, subject_id, subject_version, key_id, sealed_details, code_key_id, code)
      SELECT $1, audit_id, at, actor_kind, actor_id, source_address, trace_id, action,
        'stored_payment_method', id, sys_version, audit_key_id, sealed_details, code_key_id, code
      FROM pg_temp.bulk_arrivals`,
  },
  {
    name: 'insert-bulk-events',
    text: `
      INSERT INTO events (tenant_id, event_id, type, at, subject_id, subject_version, payload, written_in)
      SELECT $1, event_id, action, at, id, sys_version, payload, pg_current_xact_id()
      FROM pg_temp.bulk_arrivals
      WHERE event_id IS NOT NULL`,
  },
];

const insertTerms = {
  name: 'insert-bulk-terms',
  text: `
    INSERT INTO custom_field_terms (tenant_id, record_id, term)
    SELECT $1, a.id, term
    FROM pg_temp.bulk_arrivals a
    CROSS JOIN LATERAL unnest(a.terms) AS term
    ON CONFLICT DO NOTHING`,
};

/**
 * Creates records with their first versions, audit, events and terms: `COPY` into a table of the connection's own, and
 * from there under row security. Rejects with PostgreSQL's error when one of them cannot be; then none is.
 */
export async function insertRecords(tx: Transaction, created: readonly NewRecord[]): Promise<void> {
  if (created.length === 0) return;
  // So that the checks of foreign keys, whose plans are kept as well, do not read whole tables that were small once.
  await queryByIndex(tx, arrivals, []);
  await tx.copy('COPY pg_temp.bulk_arrivals FROM STDIN (FORMAT binary)', asRows(created));
  const statements = created.some(({ terms }) => terms && terms.length > 0) ? [...inserts, insertTerms] : inserts;
  await Promise.all(statements.map((statement) => tx.query(statement, [tx.tenantId])));
}

function asRows(created: readonly NewRecord[]): Buffer {
  const rows = new BinaryRows(created.length * expectedRowBytes);
  for (const one of created) addRow(rows, one);
  return rows.end();
}

function addRow(rows: BinaryRows, { record, trail: { audit, event }, terms }: NewRecord): void {
  rows.row(columns);
  rows.text(record.id);
  rows.integer(record.sys_version);
  rows.bigint(record.customer_id);
  rows.text(record.type);
  rows.text(record.credit_card_type);
  rows.text(record.last_four_digits);
  rows.day(record.expires);
  rows.boolean(record.payrix_migrated);
  rows.text(record.sys_external_id);
  rows.boolean(record.sys_locked);
  rows.integer(record.sys_snapshot_base_version);
  rows.instant(record.sys_created_at);
  rows.text(record.sys_created_by_id);
  rows.instant(record.sys_last_modified_at);
  rows.text(record.sys_last_modified_by_id);
  rows.jsonb(record.sys_last_security_context);
  rows.jsonb(record.marks);
  rows.uuid(record.key_id);
  rows.bytes(record.sealed);
  rows.bytesArray(terms ?? null);
  rows.uuid(audit.audit_id);
  rows.instant(new Date(audit.at));
  rows.text(audit.actor_kind);
  rows.text(audit.actor_id);
  rows.text(audit.source_address);
  rows.text(audit.trace_id);
  rows.text(audit.action);
  rows.uuid(audit.key_id);
  rows.bytes(audit.sealed_details === null ? null : Buffer.from(audit.sealed_details, 'base64'));
  rows.uuid(audit.code_key_id);
  rows.bytes(Buffer.from(audit.code, 'base64'));
  rows.uuid(event?.event_id ?? null);
  rows.jsonb(event?.payload ?? null);
}
