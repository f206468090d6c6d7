import type { SettingsContent } from '../contract/tenant-settings.ts';
import type { Database, Transaction } from './database.ts';
import type { Tenant } from './tenants.ts';

/** One version of a tenant's settings, and who made it. */
export type SettingsVersionRow = {
  version: number;
  settings: SettingsContent;
  modifiedAt: Date;
  modifiedByKind: string;
  modifiedById: string;
};

const change = {
  name: 'change-tenant-settings',
  text: `
    UPDATE tenants
    SET name = $3, locale = $4, country = $5, currency = $6, time_zone = $7, rate_limit_per_minute = $8,
      concurrency_policy = $9, replaced_number_retention_days = $10, permitted_member_account_choices = $11,
      permitted_ecom_choices = $12, allowed_origins = $13, creditor_identifiers = $14, custom_field_policy = $15,
      failed_attempt_limits = $16, retention = $17, version = version + 1, modified_at = $18
    WHERE tenant_id = $1 AND version = $2
    RETURNING version`,
};

/** Writes the next version of the settings; false when another one got ahead of it. */
export async function updateTenantSettings(tx: Transaction, tenant: Tenant): Promise<boolean> {
  const changed = await tx.query(change, [
    tx.tenantId,
    tenant.version - 1,
    tenant.name,
    tenant.locale,
    tenant.country,
    tenant.currency,
    tenant.timeZone,
    tenant.rateLimitPerMinute,
    tenant.concurrencyPolicy,
    tenant.replacedNumberRetentionDays,
    tenant.permittedPaymentChoices.MEMBER_ACCOUNT,
    tenant.permittedPaymentChoices.ECOM,
    tenant.allowedOrigins,
    tenant.creditorIdentifiers,
    tenant.customFieldPolicy,
    tenant.failedAttemptLimits,
    tenant.retentionDays,
    tenant.modifiedAt,
  ]);
  return changed.length === 1;
}

const writeVersion = {
  name: 'write-tenant-setting-version',
  text: `
    INSERT INTO tenant_setting_versions (tenant_id, version, settings, modified_at, modified_by_kind, modified_by_id)
    VALUES ($1, $2, $3, $4, $5, $6)`,
};

export async function insertSettingsVersion(tx: Transaction, row: SettingsVersionRow): Promise<void> {
  await tx.query(writeVersion, [
    tx.tenantId,
    row.version,
    row.settings,
    row.modifiedAt,
    row.modifiedByKind,
    row.modifiedById,
  ]);
}

const columns = `version, settings, modified_at AS "modifiedAt", modified_by_kind AS "modifiedByKind",
  modified_by_id AS "modifiedById"`;

const readVersion = {
  name: 'read-tenant-setting-version',
  text: `SELECT ${columns} FROM tenant_setting_versions WHERE tenant_id = $1 AND version = $2`,
};

export async function findSettingsVersion(
  db: Database,
  tenantId: string,
  version: number,
): Promise<SettingsVersionRow | null> {
  const [row] = await db.single<SettingsVersionRow>(tenantId, readVersion, [tenantId, version]);
  return row ?? null;
}

const readVersions = {
  name: 'read-tenant-setting-versions',
  text: `
    SELECT ${columns} FROM tenant_setting_versions
    WHERE tenant_id = $1 AND ($2::bigint IS NULL OR version < $2)
    ORDER BY version DESC
    LIMIT $3`,
};

/** The newest first, those before the given version; null starts with the newest. */
export const listSettingsVersions = (
  db: Database,
  tenantId: string,
  before: number | null,
  limit: number,
): Promise<SettingsVersionRow[]> => db.single(tenantId, readVersions, [tenantId, before, limit]);
