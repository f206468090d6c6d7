import type {
  CreditorIdentifiers,
  CustomFieldPolicy,
  FailedAttemptLimits,
  PermittedPaymentChoices,
  RetentionDays,
} from '../contract/tenant-settings.ts';
import type { Database, Transaction } from './database.ts';

export type Tenant = {
  tenantId: string;
  name: string;
  mode: 'test' | 'live';
  locale: string;
  country: string;
  currency: string;
  timeZone: string;
  rateLimitPerMinute: number | null;
  concurrencyPolicy: 'strict' | 'version-only' | 'if-match-required';
  replacedNumberRetentionDays: number;
  /** Per scope of a payment session; null: what is usual in the tenant's country. */
  permittedPaymentChoices: PermittedPaymentChoices;
  /** Sites that may embed the component, each as browsers write an origin. */
  allowedOrigins: string[];
  /** Under which the tenant collects direct debits, by scheme. */
  creditorIdentifiers: CreditorIdentifiers;
  /** Whether records may hold values of custom fields that are not defined. */
  customFieldPolicy: CustomFieldPolicy;
  /** What the tenant says of them; the rest is usual. */
  failedAttemptLimits: FailedAttemptLimits;
  /** How long it keeps things, where it says so; else as usual. */
  retentionDays: RetentionDays;
  /** Of the settings, counted from 1. */
  version: number;
  createdAt: Date;
  modifiedAt: Date;
};

const readTenant = {
  name: 'read-tenant',
  text: `
    SELECT tenant_id AS "tenantId", name, mode, locale, country, currency, time_zone AS "timeZone",
      rate_limit_per_minute AS "rateLimitPerMinute", concurrency_policy AS "concurrencyPolicy",
      replaced_number_retention_days AS "replacedNumberRetentionDays",
      json_build_object('MEMBER_ACCOUNT', permitted_member_account_choices, 'ECOM', permitted_ecom_choices)
        AS "permittedPaymentChoices",
      allowed_origins AS "allowedOrigins", coalesce(creditor_identifiers, '{}') AS "creditorIdentifiers",
      custom_field_policy AS "customFieldPolicy", failed_attempt_limits AS "failedAttemptLimits",
      retention AS "retentionDays", version, created_at AS "createdAt", modified_at AS "modifiedAt"
    FROM tenants
    WHERE tenant_id = $1`,
};

export async function findTenant(db: Database, tenantId: string): Promise<Tenant | null> {
  const [tenant] = await db.single<Tenant>(tenantId, readTenant, [tenantId]);
  return tenant ?? null;
}

const writeTenant = {
  name: 'write-tenant',
  text: `
    INSERT INTO tenants (tenant_id, name, mode, locale, country, currency, time_zone, rate_limit_per_minute,
      concurrency_policy, replaced_number_retention_days, permitted_member_account_choices, permitted_ecom_choices,
      allowed_origins, creditor_identifiers, custom_field_policy, failed_attempt_limits, retention, version,
      created_at, modified_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
};

const writeDirectoryEntry = {
  name: 'write-directory-entry',
  text: 'INSERT INTO tenant_directory (tenant_id, mode, created_at) VALUES ($1, $2, $3)',
};

/** Rejects with SQLSTATE 23505 when the id is taken. */
export async function insertTenant(tx: Transaction, tenant: Tenant): Promise<void> {
  await tx.query(writeDirectoryEntry, [tenant.tenantId, tenant.mode, tenant.createdAt]);
  await tx.query(writeTenant, [
    tenant.tenantId,
    tenant.name,
    tenant.mode,
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
    tenant.version,
    tenant.createdAt,
    tenant.modifiedAt,
  ]);
}

const readDirectory = {
  name: 'read-directory',
  text: 'SELECT tenant_id AS "tenantId" FROM tenant_directory ORDER BY tenant_id',
};

/** The ids of all tenants: the one thing that is read without a tenant. */
export async function listTenantIds(db: Database): Promise<string[]> {
  const rows = await db.untenanted<{ tenantId: string }>(readDirectory, []);
  return rows.map((row) => row.tenantId);
}

const readLive = {
  name: 'read-live-tenant',
  text: `SELECT tenant_id AS "tenantId" FROM tenant_directory WHERE mode = 'live' LIMIT 1`,
};

/** The id of a tenant in live mode, null when there is none. */
export async function findLiveTenantId(db: Database): Promise<string | null> {
  const [row] = await db.untenanted<{ tenantId: string }>(readLive, []);
  return row?.tenantId ?? null;
}
