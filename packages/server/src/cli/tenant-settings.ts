import { mandateSchemes } from '@onfile/card/mandate';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import type { PaymentChoice, SessionScope } from '../contract/payments.ts';
import { retentionKinds } from '../contract/retention.ts';
import {
  type CreditorIdentifiers,
  concurrencyPolicies,
  customFieldPolicies,
  type FailedAttemptLimits,
  type RetentionDays,
  type SettingsVersion,
  type TenantSettings,
  type WrittenTenantSettings,
} from '../contract/tenant-settings.ts';
import { usualAttemptLimits } from '../ops/payment-requests/attempt-counters.ts';
import { defaultChoices } from '../ops/payment-sessions/default-choices.ts';
import { changedFields, entityTag } from '../ops/preconditions.ts';
import { retentionDaysOf } from '../ops/retention/retention-days.ts';
import { tenantContext } from '../ops/tenants/context.ts';
import { getTenantSettings } from '../ops/tenants/get-settings.ts';
import { listTenantSettingsVersions } from '../ops/tenants/list-settings-versions.ts';
import { replaceTenantSettings } from '../ops/tenants/replace-settings.ts';
import type { Perform } from './answer.ts';
import { CommandFailure } from './failure.ts';
import { commandLineCaller } from './installation.ts';
import {
  choicesOption,
  countOrNoneOption,
  creditorIdentifiersOption,
  daysOption,
  failedAttemptsOption,
  listOption,
  retentionOption,
} from './option-values.ts';
import { table } from './table.ts';

type SetOptions = Partial<
  Pick<
    WrittenTenantSettings,
    'name' | 'locale' | 'timeZone' | 'country' | 'currency' | 'concurrencyPolicy' | 'customFieldPolicy'
  >
> & {
  rateLimit?: number | null;
  retentionDays?: number;
  memberAccountChoices?: PaymentChoice[] | null;
  ecomChoices?: PaymentChoice[] | null;
  allowedOrigin?: string[];
  creditorIdentifier?: CreditorIdentifiers;
  failedAttempts?: FailedAttemptLimits;
  keep?: RetentionDays;
};

/** `onfile tenant show | set | history`: what a tenant has settled for itself. */
export function addSettingsCommands(tenant: Command, perform: Perform): void {
  tenant
    .command('show')
    .description('show the settings of a tenant')
    .argument('<id>', 'as tenant list shows it')
    .action(async (tenantId: string) => {
      await perform(async (services) => {
        const settings = await getTenantSettings(await tenantContext(services, tenantId, commandLineCaller()), {
          tenantId,
        });
        return { document: settings, text: settingsTable(settings) };
      });
    });

  tenant
    .command('set')
    .description('change settings of a tenant; those that are not named stay')
    .argument('<id>', 'as tenant list shows it')
    .option('--name <name>', 'what people call it')
    .option('--locale <locale>', 'such as de or de-CH')
    .option('--country <country>', 'ISO 3166-1, two letters')
    .option('--currency <currency>', 'ISO 4217')
    .option('--time-zone <zone>', 'IANA id, such as Europe/Berlin')
    .option('--rate-limit <requests>', 'a minute; none: as the server is set up', countOrNoneOption)
    .addOption(
      new Option('--concurrency-policy <policy>', 'what a change of a record must prove').choices(concurrencyPolicies),
    )
    .addOption(
      new Option('--custom-field-policy <policy>', 'of values of custom fields that are not defined').choices(
        customFieldPolicies,
      ),
    )
    .option('--retention-days <days>', 'until the number of a replaced instrument is destroyed', daysOption)
    .option('--member-account-choices <choices>', 'separated by commas; default: by country', choicesOption)
    .option('--ecom-choices <choices>', 'separated by commas; default: by country', choicesOption)
    .option(
      '--allowed-origin <origin>',
      'a site that may embed the component; once for each, they replace those before; none: no site',
      listOption,
    )
    .option(
      '--creditor-identifier <scheme=identifier>',
      `under which direct debits are collected; once for each of ${mandateSchemes.join(', ')}; SCHEME= removes it`,
      creditorIdentifiersOption,
    )
    .option(
      '--failed-attempts <limit=count>',
      'after which payment attempts are declined; once for each of session, customer, address; 0: no limit',
      failedAttemptsOption,
    )
    .option(
      '--keep <kind=days>',
      `for how long things are kept; once for each of ${retentionKinds.join(', ')}`,
      retentionOption,
    )
    .action(async (tenantId: string, options: SetOptions) => {
      if (Object.keys(options).length === 0) {
        throw new CommandFailure('usage', 'Name a setting to change; onfile tenant set --help shows them all.');
      }
      await perform(async (services) => {
        const ctx = await tenantContext(services, tenantId, commandLineCaller());
        const before = await getTenantSettings(ctx, { tenantId });
        const body = changed(before, options);
        const after = await replaceTenantSettings(ctx, { tenantId, body, ifMatch: entityTag(before.version) });
        return { document: after, text: settingsTable(after) };
      });
    });

  tenant
    .command('history')
    .description('list the versions of the settings of a tenant, the newest first')
    .argument('<id>', 'as tenant list shows it')
    .action(async (tenantId: string) => {
      await perform(async (services) => {
        const versions = await everyVersion(await tenantContext(services, tenantId, commandLineCaller()), tenantId);
        return { document: { tenantId, versions }, text: historyTable(versions) };
      });
    });
}

function changed(before: TenantSettings, options: SetOptions): WrittenTenantSettings {
  const {
    rateLimit,
    retentionDays,
    memberAccountChoices,
    ecomChoices,
    allowedOrigin,
    creditorIdentifier,
    failedAttempts,
    keep,
    ...named
  } = options;
  const { rateLimitPerMinute: _, ...kept } = before;
  const limit = rateLimit === undefined ? before.rateLimitPerMinute : rateLimit;
  const { MEMBER_ACCOUNT, ECOM } = before.permittedPaymentChoices;
  const member = memberAccountChoices === undefined ? MEMBER_ACCOUNT : memberAccountChoices;
  const ecom = ecomChoices === undefined ? ECOM : ecomChoices;
  return {
    ...kept,
    ...named,
    ...(limit && { rateLimitPerMinute: limit }),
    replacedNumberRetentionDays: retentionDays ?? before.replacedNumberRetentionDays,
    permittedPaymentChoices: { ...(member && { MEMBER_ACCOUNT: member }), ...(ecom && { ECOM: ecom }) },
    allowedOrigins: allowedOrigin ? [...new Set(allowedOrigin)] : before.allowedOrigins,
    creditorIdentifiers: withoutEmpty({ ...before.creditorIdentifiers, ...creditorIdentifier }),
    failedAttemptLimits: { ...before.failedAttemptLimits, ...failedAttempts },
    retentionDays: { ...before.retentionDays, ...keep },
  };
}

const withoutEmpty = (identifiers: CreditorIdentifiers): CreditorIdentifiers =>
  Object.fromEntries(Object.entries(identifiers).filter(([, identifier]) => identifier !== ''));

async function everyVersion(ctx: Context, tenantId: string): Promise<SettingsVersion[]> {
  const versions: SettingsVersion[] = [];
  let offset: string | undefined;
  do {
    const slice = await listTenantSettingsVersions(ctx, {
      tenantId,
      query: { sliceSize: 500, ...(offset && { offset }) },
    });
    versions.push(...slice.result);
    offset = slice.offset;
  } while (offset !== undefined);
  return versions;
}

function settingsTable(settings: TenantSettings): string {
  const { permittedPaymentChoices: choices, ...plain } = settings;
  const rows = Object.entries({
    ...plain,
    rateLimitPerMinute: settings.rateLimitPerMinute ?? 'as the server is set up',
    memberAccountChoices: choices.MEMBER_ACCOUNT?.join(',') ?? byCountry('MEMBER_ACCOUNT', settings),
    ecomChoices: choices.ECOM?.join(',') ?? byCountry('ECOM', settings),
    allowedOrigins: settings.allowedOrigins.join(' '),
    customFieldPolicy: settings.customFieldPolicy ?? 'open',
    creditorIdentifiers: pairs(settings.creditorIdentifiers ?? {}),
    failedAttemptLimits: pairs({ ...usualAttemptLimits, ...settings.failedAttemptLimits }),
    retentionDays: pairs(retentionDaysOf(settings)),
  });
  return table(
    ['setting', 'value'],
    rows.map(([name, value]) => [name, String(value)]),
  );
}

const pairs = (values: object): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

const byCountry = (scope: SessionScope, settings: TenantSettings): string =>
  `by country: ${defaultChoices(scope, settings).join(',')}`;

const historyTable = (versions: readonly SettingsVersion[]): string =>
  table(
    ['version', 'modified', 'by', 'changed'],
    versions.map((version, n) => {
      const earlier = versions[n + 1];
      const stamps = new Set(['version', 'modifiedAt', 'modifiedBy']);
      const fields = earlier ? changedFields(earlier, version).filter((field) => !stamps.has(field)) : ['created'];
      return [
        String(version.version),
        version.modifiedAt,
        `${version.modifiedBy.kind} ${version.modifiedBy.id}`,
        fields.join(','),
      ];
    }),
  );
