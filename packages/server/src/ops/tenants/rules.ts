import { type MandateScheme, mandateSchemes } from '@onfile/card/mandate';
import countries from 'i18n-iso-countries';
import { Failures } from '../../contract/failures.ts';
import {
  longestRetentionDays as longestDays,
  type RetentionKind,
  retentionKinds,
  retentionPeriods,
} from '../../contract/retention.ts';
import { type AttemptLimit, attemptLimits } from '../../contract/tenant-settings.ts';
import { type CheckedForm, notInForm } from '../../contract/text-forms.ts';
import { OnfileError } from '../../errors.ts';
import { negotiateLocale } from '../../locales/negotiate.ts';
import type { Tenant } from '../../store/tenants.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { checkName } from '../display-name.ts';
import { isTimeZone } from '../time-zone.ts';
import { isOrigin } from './allowed-origin.ts';
import { isCreditorIdentifier } from './creditor-identifier.ts';
import { checkNewTenantId } from './tenant-id.ts';

type Reference =
  | keyof Tenant
  | `allowedOrigins[${number}]`
  | `creditorIdentifiers.${MandateScheme}`
  | `failedAttemptLimits.${AttemptLimit}`
  | `retentionDays.${RetentionKind}`;
type Made = 'tenantId' | 'version' | 'createdAt' | 'modifiedAt';

/** What a new tenant may say of itself; the rest is filled in by `newTenant`. */
export type TenantCreation = Pick<Tenant, 'tenantId'> & Partial<Omit<Tenant, Made>>;

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
  permittedPaymentChoices: { MEMBER_ACCOUNT: null, ECOM: null },
  allowedOrigins: [],
  creditorIdentifiers: {},
  customFieldPolicy: 'open',
  failedAttemptLimits: {},
  retentionDays: {},
} satisfies Partial<Tenant>;

const currencies = new Set(Intl.supportedValuesOf('currency'));
const highestInteger = 2_147_483_647;
/** Ten years: longer than any chargeback, and a number that is kept for good is no retention. */
const longestRetentionDays = 3650;
const mostFailedAttempts = 10_000;

/** A locale of the Customer API is one that negotiation answers with itself, neither its language nor a fallback. */
const isLocale = (tag: string): boolean => negotiateLocale(tag, 'en') === tag;
const isCountry = (code: string): boolean => Object.hasOwn(countries.getAlpha2Codes(), code);
const isCount = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

/** The tenant with its defaults. Throws 400 naming the settings that cannot be used. */
export function newTenant(creation: TenantCreation, createdAt: Date): Tenant {
  const { tenantId, ...stated } = creation;
  checkNewTenantId(tenantId);
  const tenant: Tenant = {
    tenantId,
    name: tenantId,
    ...tenantDefaults,
    ...stated,
    version: 1,
    createdAt,
    modifiedAt: createdAt,
  };
  checkSettings(tenant);
  return tenant;
}

/** Throws 400 naming the settings that cannot be used. */
export function checkSettings(tenant: Tenant): void {
  const failures = new Failures();
  const refuseUnless = (isValid: boolean, reference: Reference) => {
    if (!isValid) failures.add(new OnfileError('errormessage.validation.value', { reference }));
  };
  const hold = (isWritten: boolean, form: CheckedForm, reference: Reference) => {
    if (!isWritten) failures.add(notInForm(form, reference));
  };
  failures.check(() => checkName(tenant.name));
  refuseUnless(tenant.mode === 'test' || tenant.mode === 'live', 'mode');
  hold(isLocale(tenant.locale), 'LANGUAGE', 'locale');
  hold(isTimeZone(tenant.timeZone), 'TIME_ZONE', 'timeZone');
  hold(isCountry(tenant.country), 'COUNTRY_CODE', 'country');
  hold(currencies.has(tenant.currency), 'CURRENCY_CODE', 'currency');
  const { allowedOrigins, creditorIdentifiers } = tenant;
  failures.check(() => refuseCardNumbers({ allowedOrigins, creditorIdentifiers }));
  const { rateLimitPerMinute: limit, replacedNumberRetentionDays: days } = tenant;
  refuseUnless(limit === null || isCount(limit, 1, highestInteger), 'rateLimitPerMinute');
  refuseUnless(isCount(days, 0, longestRetentionDays), 'replacedNumberRetentionDays');
  for (const [n, origin] of allowedOrigins.entries()) hold(isOrigin(origin), 'ORIGIN', `allowedOrigins[${n}]`);
  for (const name of attemptLimits) {
    const most = tenant.failedAttemptLimits[name] ?? 0;
    refuseUnless(isCount(most, 0, mostFailedAttempts), `failedAttemptLimits.${name}`);
  }
  for (const kind of retentionKinds) {
    const { least, usual } = retentionPeriods[kind];
    const kept = tenant.retentionDays[kind] ?? usual;
    refuseUnless(isCount(kept, least, longestDays), `retentionDays.${kind}`);
  }
  for (const scheme of mandateSchemes) {
    const identifier = creditorIdentifiers[scheme];
    const isUsable = identifier === undefined || isCreditorIdentifier(scheme, identifier);
    refuseUnless(isUsable, `creditorIdentifiers.${scheme}`);
  }
  failures.throwAny();
}
