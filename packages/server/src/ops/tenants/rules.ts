import countries from 'i18n-iso-countries';
import { OnfileError } from '../../errors.ts';
import { negotiateLocale } from '../../locales/negotiate.ts';
import type { Tenant } from '../../store/tenants.ts';
import { checkName } from '../display-name.ts';
import { isTimeZone } from '../time-zone.ts';
import { checkNewTenantId } from './tenant-id.ts';

/** What a new tenant may say of itself; the rest is filled in by `newTenant`. */
export type TenantCreation = Pick<Tenant, 'tenantId'> & Partial<Omit<Tenant, 'tenantId' | 'createdAt'>>;

/** What a tenant is that says nothing of itself. */
export const tenantDefaults = {
  mode: 'test',
  locale: 'en',
  country: 'GB',
  currency: 'GBP',
  timeZone: 'UTC',
  rateLimitPerMinute: null,
  concurrencyPolicy: 'strict',
  replacedNumberRetentionDays: 30,
} as const satisfies Partial<Tenant>;

const currencies = new Set(Intl.supportedValuesOf('currency'));
const highestInteger = 2_147_483_647;

/** A locale of the Customer API is one that negotiation answers with itself, neither its language nor a fallback. */
const isLocale = (tag: string): boolean => negotiateLocale(tag, 'en') === tag;
const isCountry = (code: string): boolean => Object.hasOwn(countries.getAlpha2Codes(), code);
const isCount = (value: number, least: number): boolean =>
  Number.isInteger(value) && value >= least && value <= highestInteger;

/** The tenant with its defaults. Throws 400 naming the first setting that cannot be used. */
export function newTenant(creation: TenantCreation, createdAt: Date): Tenant {
  const tenant: Tenant = {
    tenantId: creation.tenantId,
    name: creation.name ?? creation.tenantId,
    mode: creation.mode ?? tenantDefaults.mode,
    locale: creation.locale ?? tenantDefaults.locale,
    country: creation.country ?? tenantDefaults.country,
    currency: creation.currency ?? tenantDefaults.currency,
    timeZone: creation.timeZone ?? tenantDefaults.timeZone,
    rateLimitPerMinute: creation.rateLimitPerMinute ?? tenantDefaults.rateLimitPerMinute,
    concurrencyPolicy: creation.concurrencyPolicy ?? tenantDefaults.concurrencyPolicy,
    replacedNumberRetentionDays: creation.replacedNumberRetentionDays ?? tenantDefaults.replacedNumberRetentionDays,
    createdAt,
  };
  checkNewTenantId(tenant.tenantId);
  checkName(tenant.name);
  // Live mode needs a connector to a real gateway, and there is none yet.
  refuseUnless(tenant.mode === 'test', 'mode');
  refuseUnless(isLocale(tenant.locale), 'locale');
  refuseUnless(isCountry(tenant.country), 'country');
  refuseUnless(currencies.has(tenant.currency), 'currency');
  refuseUnless(isTimeZone(tenant.timeZone), 'timeZone');
  refuseUnless(tenant.rateLimitPerMinute === null || isCount(tenant.rateLimitPerMinute, 1), 'rateLimitPerMinute');
  refuseUnless(isCount(tenant.replacedNumberRetentionDays, 0), 'replacedNumberRetentionDays');
  return tenant;
}

function refuseUnless(isValid: boolean, reference: keyof Tenant): void {
  if (!isValid) throw new OnfileError('errormessage.validation.value', { reference });
}
