import type { Context } from '../../context.ts';
import type { SettingsContent, TenantSettings } from '../../contract/tenant-settings.ts';
import type { SettingsVersionRow } from '../../store/tenant-settings.ts';
import type { Tenant } from '../../store/tenants.ts';

type StoredSettings = Pick<
  Tenant,
  | 'name'
  | 'locale'
  | 'timeZone'
  | 'country'
  | 'currency'
  | 'permittedPaymentChoices'
  | 'rateLimitPerMinute'
  | 'concurrencyPolicy'
  | 'replacedNumberRetentionDays'
  | 'allowedOrigins'
  | 'creditorIdentifiers'
  | 'customFieldPolicy'
  | 'failedAttemptLimits'
  | 'retentionDays'
>;

/** The settings in the words of the contract: what is not set is left out. */
export function settingsOf(tenant: StoredSettings): SettingsContent {
  const { MEMBER_ACCOUNT, ECOM } = tenant.permittedPaymentChoices;
  return {
    name: tenant.name,
    locale: tenant.locale,
    timeZone: tenant.timeZone,
    country: tenant.country,
    currency: tenant.currency,
    permittedPaymentChoices: { ...(MEMBER_ACCOUNT && { MEMBER_ACCOUNT }), ...(ECOM && { ECOM }) },
    ...(tenant.rateLimitPerMinute !== null && { rateLimitPerMinute: tenant.rateLimitPerMinute }),
    concurrencyPolicy: tenant.concurrencyPolicy,
    replacedNumberRetentionDays: tenant.replacedNumberRetentionDays,
    allowedOrigins: tenant.allowedOrigins,
    ...(Object.keys(tenant.creditorIdentifiers).length > 0 && { creditorIdentifiers: tenant.creditorIdentifiers }),
    ...(tenant.customFieldPolicy !== 'open' && { customFieldPolicy: tenant.customFieldPolicy }),
    ...(Object.keys(tenant.failedAttemptLimits).length > 0 && { failedAttemptLimits: tenant.failedAttemptLimits }),
    ...(Object.keys(tenant.retentionDays).length > 0 && { retentionDays: tenant.retentionDays }),
  };
}

/** The same settings as a tenant keeps them. */
export const storedSettings = (content: SettingsContent): StoredSettings => ({
  name: content.name,
  locale: content.locale,
  timeZone: content.timeZone,
  country: content.country,
  currency: content.currency,
  permittedPaymentChoices: {
    MEMBER_ACCOUNT: content.permittedPaymentChoices.MEMBER_ACCOUNT ?? null,
    ECOM: content.permittedPaymentChoices.ECOM ?? null,
  },
  rateLimitPerMinute: content.rateLimitPerMinute ?? null,
  concurrencyPolicy: content.concurrencyPolicy,
  replacedNumberRetentionDays: content.replacedNumberRetentionDays,
  allowedOrigins: content.allowedOrigins,
  creditorIdentifiers: content.creditorIdentifiers ?? {},
  customFieldPolicy: content.customFieldPolicy ?? 'open',
  failedAttemptLimits: content.failedAttemptLimits ?? {},
  retentionDays: content.retentionDays ?? {},
});

export const presentSettings = (tenant: Tenant): TenantSettings => ({
  tenantId: tenant.tenantId,
  mode: tenant.mode,
  ...settingsOf(tenant),
  version: tenant.version,
  createdAt: tenant.createdAt.toISOString(),
  modifiedAt: tenant.modifiedAt.toISOString(),
});

/** The version of the settings that a tenant has now, for its history. */
export const settingsVersionOf = (tenant: Tenant, caller: Context['caller']): SettingsVersionRow => ({
  version: tenant.version,
  settings: settingsOf(tenant),
  modifiedAt: tenant.modifiedAt,
  modifiedByKind: caller.kind,
  modifiedById: caller.id,
});
