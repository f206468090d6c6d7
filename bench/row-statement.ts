import { asAdmin, type BenchDatabase } from './database.ts';
import { copyTenantId } from './seed.ts';

const columns = `customer_id, type, credit_card_type, last_four_digits, expires, payrix_migrated, sys_external_id,
      sys_locked, sys_snapshot_base_version, sys_created_at, sys_created_by_id`;

/**
 * The update that PUT makes, as one statement for one row: lock, update, history, audit, outbox. The same columns of
 * the same tables as store/record-changes.ts writes, without its checks, so that nobody can call it a weak opponent.
 */
const update = `
  WITH held AS MATERIALIZED (
    SELECT m.*
    FROM stored_payment_methods m
    WHERE m.tenant_id = '${copyTenantId}' AND m.id = 'spm_0190a000-0000-7000-8000-' || lpad(to_hex(:n::integer), 12, '0')
    FOR NO KEY UPDATE
  ),
  replaced AS (
    UPDATE stored_payment_methods m
    SET sys_version = h.sys_version + 1, customer_id = h.customer_id, type = h.type,
      credit_card_type = h.credit_card_type, last_four_digits = h.last_four_digits, expires = h.expires,
      payrix_migrated = h.payrix_migrated, sys_external_id = h.sys_external_id, sys_locked = h.sys_locked,
      sys_snapshot_base_version = h.sys_snapshot_base_version, sys_last_modified_at = clock_timestamp(),
      sys_last_modified_by_id = :actor_id::text, sys_last_security_context = :security_context::jsonb,
      key_id = h.key_id, sealed = :sealed::bytea
    FROM held h
    WHERE m.tenant_id = '${copyTenantId}' AND m.id = h.id
  ),
  versions AS (
    INSERT INTO stored_payment_method_versions (tenant_id, id, sys_version, ${columns}, sys_last_modified_at,
      sys_last_modified_by_id, sys_last_security_context, key_id, sealed)
    SELECT tenant_id, id, sys_version + 1, ${columns}, clock_timestamp(), :actor_id::text, :security_context::jsonb,
      key_id, :sealed::bytea
    FROM held
  ),
  audits AS (
    INSERT INTO audit_entries (tenant_id, audit_id, at, actor_kind, actor_id, source_address, trace_id, action,
      subject_kind, subject_id, subject_version, key_id, sealed_details, code_key_id, code)
    SELECT tenant_id, uuidv7(), clock_timestamp(), 'client', :actor_id::text, '127.0.0.1', :trace_id::text,
      'stored_payment_method.replaced', 'stored_payment_method', id, sys_version + 1, key_id, :sealed_details::bytea,
      :code_key_id::uuid, :code::bytea
    FROM held
  )
  INSERT INTO events (tenant_id, event_id, type, at, subject_id, subject_version, payload)
  SELECT tenant_id, uuidv7(), 'stored_payment_method.replaced', clock_timestamp(), id, sys_version + 1, :payload::jsonb
  FROM held`;

const pick = (records: number): string => `\\set n random(0, ${records - 1})\n`;

/** A pgbench script in which the statement is the transaction. */
export const statementScript = (records: number): string => `${pick(records)}${update};\n`;

/** The same inside the walls that the server puts around a tenant, sent without waiting, as the server does. */
export const walledScript = (records: number): string =>
  `${pick(records)}\\startpipeline\nBEGIN;\nSET LOCAL app.tenant_ids = '${copyTenantId}';\n${update};\nCOMMIT;\n\\endpipeline\n`;

/** What the server itself wrote with its last update, so that the sizes are equal. */
export async function writtenValues(database: BenchDatabase): Promise<Record<string, string>> {
  return asAdmin(database, async (client) => {
    const { rows } = await client.query<Record<string, string>>(`
      SELECT a.actor_id, a.trace_id, a.sealed_details::text, a.code_key_id::text, a.code::text, e.payload::text,
        v.sealed::text, v.sys_last_security_context::text AS security_context
      FROM audit_entries a
      JOIN events e ON e.tenant_id = a.tenant_id AND e.subject_id = a.subject_id
        AND e.subject_version = a.subject_version
      JOIN stored_payment_method_versions v ON v.tenant_id = a.tenant_id AND v.id = a.subject_id
        AND v.sys_version = a.subject_version
      WHERE a.action = 'stored_payment_method.replaced'
      LIMIT 1`);
    if (!rows[0]) throw new Error('the server has written no update to compare with');
    return rows[0];
  });
}
