import { type Static, Type } from 'typebox';
import { taskFields } from './background-task.ts';
import { CustomField } from './custom-field.ts';
import { MerchantAccount } from './merchant-account.ts';
import { pageOf } from './records-dialect.ts';
import { filled, oneOf, requestOf, text } from './schema.ts';
import { TenantSettings } from './tenant-settings.ts';

const stamps = ['sys_created_at', 'sys_last_modified_at', 'sys_version'] as const;

/** The form of the document; a next one gets a next number, and this one stays readable. */
export const documentFormat = 1;

const ConfigurationDocument = Type.Object({
  settings: Type.Omit(TenantSettings, ['tenantId', 'mode', 'createdAt', 'version', 'modifiedAt']),
  custom_fields: Type.Array(Type.Omit(CustomField, stamps)),
  merchant_accounts: Type.Array(Type.Omit(MerchantAccount, stamps)),
});
/** A tenant's configuration without what the server says of its versions; fields and accounts in the order of their ids. */
export type ConfigurationDocument = Static<typeof ConfigurationDocument>;

const described = {
  name: filled(200, { description: 'What people call the snapshot' }),
  description: Type.Optional(text(2000)),
};

const summary = {
  ...described,
  id: Type.String({ description: 'The sys_configuration_snapshot_id of records that were restored from it' }),
  captured_at: Type.String({ format: 'date-time', description: 'Records are restored as they were at this instant' }),
  created_by_id: Type.String(),
};

/** The body that captures a snapshot. */
export const SnapshotCreation = requestOf(Type.Object(described));
export type SnapshotCreation = Static<typeof SnapshotCreation>;

/** A snapshot without what it holds, as lists show it. */
export const SnapshotSummary = Type.Object(summary);
export type SnapshotSummary = Static<typeof SnapshotSummary>;

export const ConfigurationSnapshot = Type.Object({
  ...summary,
  format_version: Type.Integer({ description: 'Of the form of `document`' }),
  document: ConfigurationDocument,
});
export type ConfigurationSnapshot = Static<typeof ConfigurationSnapshot>;

export const SnapshotPage = pageOf(SnapshotSummary);

export const ComparisonQuery = Type.Object(
  { with: filled(200, { description: 'The id of another snapshot, or `current`: the configuration as it is now' }) },
  { additionalProperties: false },
);

const FieldDifference = Type.Object({
  path: Type.String(),
  before: Type.Optional(Type.Unknown({ description: 'In the snapshot; absent where it had none' })),
  after: Type.Optional(Type.Unknown({ description: 'In what it is compared with; absent where it has none' })),
});
export type FieldDifference = Static<typeof FieldDifference>;

const Differences = Type.Object({
  added: Type.Array(Type.String({ description: 'Ids that the snapshot has not' })),
  removed: Type.Array(Type.String({ description: 'Ids that only the snapshot has' })),
  changed: Type.Array(Type.Object({ id: Type.String(), fields: Type.Array(FieldDifference) })),
});
export type Differences = Static<typeof Differences>;

/** What is different in each resource; the one thing in `settings` has the id `settings`. */
export const SnapshotComparison = Type.Object({
  settings: Differences,
  custom_fields: Differences,
  merchant_accounts: Differences,
});
export type SnapshotComparison = Static<typeof SnapshotComparison>;

const withRecords = Type.Optional(
  Type.Boolean({ description: 'Records too, as they were when the snapshot was captured; `false` when left out' }),
);

/** The body that orders a restore. */
export const RestoreOrder = requestOf(
  Type.Object({
    with_records: withRecords,
    dry_run: Type.Optional(Type.Boolean({ description: 'Counts what would be changed, and changes nothing' })),
  }),
);
export type RestoreOrder = Static<typeof RestoreOrder>;

/** The body that orders a sandbox. */
export const SandboxOrder = requestOf(
  Type.Object({
    tenant_id: filled(63, { description: 'Of the sandbox: a new one, or one that this tenant made before' }),
    name: Type.Optional(filled(200, { description: 'Of the sandbox; that of the settings when left out' })),
    with_records: withRecords,
  }),
);
export type SandboxOrder = Static<typeof SandboxOrder>;

const count = (description: string) => Type.Integer({ description });

const RestoreCounts = Type.Object({
  settings: count('1 when the settings were changed'),
  custom_fields: count('Definitions that were created, changed back or retired'),
  merchant_accounts: count('Accounts that were created, changed back or deactivated'),
  contacts: count('Contacts of the snapshot that the sandbox has by now'),
  records: count('Records that were written; in a sandbox, those of the snapshot that it has by now'),
  records_unchanged: count('Records that were as in the snapshot already'),
  records_skipped: count('Records that did not exist when the snapshot was captured'),
  conflicts: count('What could not be done; each is listed with its error code'),
});
export type RestoreCounts = Static<typeof RestoreCounts>;

const restorePhases = ['configuration', 'contacts', 'records'] as const;
export type RestorePhase = (typeof restorePhases)[number];

/** A restore and how far it got, as answered. */
export const SnapshotRestore = Type.Object({
  ...taskFields,
  state: oneOf(['waiting', 'running', 'done', 'failed', 'cancelled']),
  snapshot_id: Type.String(),
  sandbox_tenant_id: Type.Optional(Type.String({ description: 'There when it fills a sandbox' })),
  with_records: Type.Boolean(),
  dry_run: Type.Boolean(),
  phase: oneOf(restorePhases, { description: 'What it is at, or ended at' }),
  counts: RestoreCounts,
});
export type SnapshotRestore = Static<typeof SnapshotRestore>;

export const SnapshotRestorePage = pageOf(SnapshotRestore);

const resources = ['settings', 'custom_field', 'merchant_account', 'stored_payment_method'] as const;

export const RestoreConflict = Type.Object({
  resource: oneOf(resources),
  id: Type.String(),
  error_code: Type.String({ description: 'Why it could not be restored, as the error of its own endpoint would say' }),
});
export type RestoreConflict = Static<typeof RestoreConflict>;

export const RestoreConflictPage = pageOf(RestoreConflict);

/** A sandbox that is being filled, with credentials for it. */
export const OrderedSandbox = Type.Object({
  restore: SnapshotRestore,
  sandbox: Type.Object({
    tenant_id: Type.String(),
    api_key: Type.String({ description: 'Shown this once, as is the secret' }),
    client_id: Type.String(),
    client_secret: Type.String(),
  }),
});
export type OrderedSandbox = Static<typeof OrderedSandbox>;
