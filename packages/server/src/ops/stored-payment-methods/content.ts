import type { Context } from '../../context.ts';
import type { CalculationFault } from '../../contract/calculation-fault.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { RecordLock } from '../../contract/stored-payment-method-lock.ts';
import { type DataKey, open, seal } from '../../crypto/envelope.ts';
import { formatCalculationFault } from '../../locales/catalog.ts';
import type { FoundRecord, RecordRow } from '../../store/records.ts';
import type { KeptFacts } from '../instruments/kept.ts';

/** One that was written before the catalogs had texts for it is an English sentence. */
type KeptCalculationError = { field: string } & (CalculationFault | { error: string });

/** The part of a record that names or identifies somebody: sealed under the customer's key. */
export type SealedContent = Pick<
  StoredPaymentMethod,
  'name' | 'name_on_account' | 'billing_address' | 'merchant_account_tokens' | 'custom_field_values'
> &
  KeptFacts & {
    /** Of a record that is locked with a reason, or was changed while it was locked. */
    lock?: RecordLock | undefined;
    /** Of the calculated fields that failed at this version; absent when none did. */
    calculationErrors?: KeptCalculationError[] | undefined;
  };

/** A record in clear, with the key that its content is sealed under, and the locale that it is to be shown in. */
export type OpenedRecord = {
  tenantId: string;
  locale: string;
  row: FoundRecord;
  content: SealedContent;
  dataKey: DataKey;
};

/** Binds what is sealed of a record to its id and version. */
export const contentBinding = (tenantId: string, row: Pick<RecordRow, 'id' | 'sys_version'>) =>
  [tenantId, 'stored_payment_methods', row.id, 'content', row.sys_version] as const;

/** Binds the content to the record's id and version; the version's row in the history shares the ciphertext. */
export const sealContent = (
  tenantId: string,
  row: Pick<RecordRow, 'id' | 'sys_version'>,
  content: SealedContent,
  dataKey: DataKey,
): Buffer => seal(JSON.stringify(content), dataKey, contentBinding(tenantId, row));

export function openRecord(ctx: Pick<Context, 'tenant' | 'keys' | 'locale'>, row: FoundRecord): OpenedRecord {
  const dataKey = ctx.keys.customerKey({
    keyId: row.key_id,
    customerUuid: row.key_customer_uuid,
    wrappedKey: row.wrapped_key,
    wrappedBy: row.wrapped_by,
  });
  const content = JSON.parse(open(row.sealed, dataKey, contentBinding(ctx.tenant.tenantId, row)).toString('utf8'));
  return { tenantId: ctx.tenant.tenantId, locale: ctx.locale, row, content, dataKey };
}

/** The record as the contract shows it; a field that is absent is undefined. */
export function presentRecord(
  row: Omit<RecordRow, 'key_id' | 'sealed'>,
  contactId: string,
  content: SealedContent,
  { tenantId, locale }: Pick<OpenedRecord, 'tenantId' | 'locale'>,
): StoredPaymentMethod {
  const { bulk_load: load, bulk_operation: operation, snapshot_id, has_files } = row.marks ?? {};
  const calculationErrors = content.calculationErrors?.map((error) => shownError(error, locale));
  return {
    billing_address: content.billing_address,
    contact_id: contactId,
    credit_card_type: row.credit_card_type as StoredPaymentMethod['credit_card_type'],
    custom_field_values: content.custom_field_values,
    expires: row.expires ?? undefined,
    id: row.id,
    last_four_digits: row.last_four_digits,
    merchant_account_tokens: content.merchant_account_tokens,
    name: content.name,
    name_on_account: content.name_on_account,
    payrix_migrated: row.payrix_migrated ?? undefined,
    sys_bulk_load_at: load?.at,
    sys_bulk_load_id: load?.id,
    sys_bulk_load_pk: load && `${tenantId}|${load.id}`,
    sys_bulk_load_record_no: load?.record_no,
    sys_bulk_load_source_file: load?.source_file,
    sys_calculated_field_error: calculationErrors && calculationErrorText(calculationErrors),
    sys_calculated_field_errors: calculationErrors,
    sys_configuration_snapshot_id: snapshot_id,
    sys_created_at: row.sys_created_at.toISOString(),
    sys_created_by_id: row.sys_created_by_id,
    sys_deleted_by_id: row.sys_deleted_by_id ?? undefined,
    sys_external_id: row.sys_external_id ?? undefined,
    sys_has_files_in_s3: has_files,
    sys_last_bulk_data_operation_id: operation?.id,
    sys_last_bulk_data_operation_sys_version: operation && String(operation.sys_version),
    sys_last_modified_at: row.sys_last_modified_at.toISOString(),
    sys_last_modified_by_id: row.sys_last_modified_by_id,
    sys_last_security_context: row.sys_last_security_context,
    sys_locked: row.sys_locked ?? undefined,
    sys_snapshot_base_version: row.sys_snapshot_base_version ?? undefined,
    sys_version: row.sys_version,
    type: row.type as StoredPaymentMethod['type'],
  };
}

const shownError = (kept: KeptCalculationError, locale: string): { field: string; error: string } => ({
  field: kept.field,
  error: 'error' in kept ? kept.error : formatCalculationFault(kept, locale),
});

const longestErrorText = 2000;

const calculationErrorText = (errors: readonly { field: string; error: string }[]): string =>
  errors
    .map(({ field, error }) => `${field}: ${error}`)
    .join('; ')
    .slice(0, longestErrorText);

export const presentOpened = (opened: OpenedRecord): StoredPaymentMethod =>
  presentRecord(opened.row, opened.row.contact_id, opened.content, opened);
