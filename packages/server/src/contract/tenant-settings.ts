import type { MandateScheme } from '@onfile/card/mandate';
import { type Static, Type } from 'typebox';
import { type PaymentChoice, paymentChoices, type SessionScope } from './payments.ts';
import { longestRetentionDays, type RetentionKind, retentionKinds, retentionPeriods } from './retention.ts';
import { filled, oneOf, requestOf } from './schema.ts';

export const customFieldPolicies = ['open', 'defined'] as const;
export type CustomFieldPolicy = (typeof customFieldPolicies)[number];
export const concurrencyPolicies = ['strict', 'version-only', 'if-match-required'] as const;

/** What failed attempts to enter an instrument are counted by. */
export const attemptLimits = ['session', 'customer', 'address'] as const;
export type AttemptLimit = (typeof attemptLimits)[number];
const attempts = (description: string) => Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000, description }));

export type RetentionDays = Partial<Record<RetentionKind, number>>;
const daysOf = ({ least, usual, of }: { least: number; usual: number; of: string }) =>
  Type.Integer({ minimum: least, maximum: longestRetentionDays, description: `${of}; ${usual} when left out` });

const choices = Type.Optional(Type.Array(oneOf(paymentChoices), { uniqueItems: true }));
const identifier = (description: string) => Type.Optional(filled(35, { description }));
const highestInteger = 2_147_483_647;

/** What a tenant may change of itself. */
const settings = {
  name: filled(200, { description: 'What people call the tenant' }),
  locale: filled(10, { description: 'Of texts for callers that name no language, such as `de` or `de-CH`' }),
  timeZone: filled(100, { description: 'IANA id in which instants are shown, such as `Europe/Berlin`' }),
  country: Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1; decides which choices are offered' }),
  currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217, of amounts that name none' }),
  permittedPaymentChoices: Type.Object(
    { MEMBER_ACCOUNT: choices, ECOM: choices } satisfies Record<SessionScope, typeof choices>,
    { description: 'Per scope of a payment session; a scope that is left out offers what is usual in the country' },
  ),
  rateLimitPerMinute: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: highestInteger,
      description: 'Requests per credential and endpoint; as the server is set up when left out',
    }),
  ),
  concurrencyPolicy: oneOf(concurrencyPolicies, {
    description:
      'What a change must prove: `strict` compares `sys_version` and `sys_last_modified_at` when sent, `version-only` ' +
      'the first of them, `if-match-required` refuses a change without `If-Match`',
  }),
  replacedNumberRetentionDays: Type.Integer({
    minimum: 0,
    maximum: 3650,
    description: 'After so many days the number of a replaced instrument is destroyed',
  }),
  allowedOrigins: Type.Array(filled(300), {
    uniqueItems: true,
    maxItems: 100,
    description: 'Sites that may embed the component, such as `https://shop.example`',
  }),
  creditorIdentifiers: Type.Optional(
    Type.Object(
      {
        ACH_WEB: identifier('Company id, 1 to 10 letters and digits'),
        BACS: identifier('Service user number, 6 digits'),
        CH_DD: identifier('1 to 35 letters and digits'),
        LSV: identifier('1 to 35 letters and digits'),
        SEPA_CORE: identifier('Creditor identifier with its check digits, without spaces'),
      } satisfies Record<MandateScheme, unknown>,
      { description: 'Under which direct debits are collected, by scheme; the texts of mandates name them' },
    ),
  ),
  customFieldPolicy: Type.Optional(
    oneOf(customFieldPolicies, {
      description:
        'Of values of custom fields that are not defined: `open` keeps them as they are, `defined` refuses them; ' +
        '`open` when left out',
    }),
  ),
  failedAttemptLimits: Type.Optional(
    Type.Object(
      {
        session: attempts('Of a payment session, as long as it lasts; 10 when left out'),
        customer: attempts('Of a customer within an hour; 30 when left out'),
        address: attempts('Of a client’s address, or IPv6 network (/64), within an hour; 30 when left out'),
      } satisfies Record<AttemptLimit, unknown>,
      { description: 'After so many failed attempts every further one is declined; 0 sets no limit' },
    ),
  ),
  retentionDays: Type.Optional(
    Type.Unsafe<RetentionDays>(
      Type.Object(
        Object.fromEntries(retentionKinds.map((kind) => [kind, Type.Optional(daysOf(retentionPeriods[kind]))])),
        { description: 'For how many days things are kept; what is older is removed for good' },
      ),
    ),
  ),
};

const stamps = {
  tenantId: Type.String(),
  mode: oneOf(['test', 'live'], { description: 'Whether real cards are taken; cannot be changed here' }),
  createdAt: Type.String({ format: 'date-time' }),
};
const versionStamps = {
  version: Type.Integer({ description: 'Counts the versions of the settings from 1' }),
  modifiedAt: Type.String({ format: 'date-time' }),
};

export type SettingsContent = Omit<Static<typeof TenantSettings>, keyof typeof stamps | keyof typeof versionStamps>;
export type CreditorIdentifiers = NonNullable<SettingsContent['creditorIdentifiers']>;
export type FailedAttemptLimits = NonNullable<SettingsContent['failedAttemptLimits']>;
export type PermittedPaymentChoices = Record<SessionScope, PaymentChoice[] | null>;

/** A tenant's settings, as answered. */
export const TenantSettings = Type.Object({ ...stamps, ...settings, ...versionStamps });
export type TenantSettings = Static<typeof TenantSettings>;

/**
 * The body that replaces the settings. All but the optional ones are required, so that none is reset because it was
 * forgotten; an answer can be sent back as it is.
 */
export const WrittenTenantSettings = requestOf(
  Type.Object({
    ...settings,
    tenantId: Type.Optional(stamps.tenantId),
    mode: Type.Optional(stamps.mode),
    createdAt: Type.Optional(stamps.createdAt),
    version: Type.Optional(versionStamps.version),
    modifiedAt: Type.Optional(versionStamps.modifiedAt),
  }),
);
export type WrittenTenantSettings = Static<typeof WrittenTenantSettings>;

const SettingsVersion = Type.Object({
  ...settings,
  ...versionStamps,
  modifiedBy: Type.Object({
    kind: Type.String({ description: '`api-key`, or `command-line` with the name of an account of the machine' }),
    id: Type.String(),
  }),
});
export type SettingsVersion = Static<typeof SettingsVersion>;

/** A slice of the versions, the newest first. */
export const SettingsHistory = Type.Object({
  result: Type.Array(SettingsVersion),
  offset: Type.Optional(Type.String({ description: 'Send it for the next slice; absent on the last one' })),
  hasNext: Type.Boolean(),
});
export type SettingsHistory = Static<typeof SettingsHistory>;
