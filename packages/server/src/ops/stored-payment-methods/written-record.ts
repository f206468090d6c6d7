import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { NextRecord } from './change.ts';
import { canonicalExpiry, type WrittenFields } from './rules.ts';

/** The columns that a body says of a record. Throws 400 for an expiry that is none. */
export const writtenFields = (body: WrittenFields): NextRecord['fields'] => ({
  type: body.type,
  credit_card_type: body.credit_card_type,
  last_four_digits: body.last_four_digits,
  expires: body.expires === undefined ? null : canonicalExpiry(body.expires),
  payrix_migrated: body.payrix_migrated ?? null,
  sys_external_id: body.sys_external_id ?? null,
  sys_locked: body.sys_locked ?? null,
  sys_snapshot_base_version: body.sys_snapshot_base_version ?? null,
});

/** What of a body is sealed, with the custom fields' values that its rules made of it. */
export const writtenContent = (
  body: WrittenFields,
  customFieldValues: StoredPaymentMethod['custom_field_values'],
): NextRecord['content'] => ({
  name: body.name,
  name_on_account: body.name_on_account,
  billing_address: body.billing_address,
  merchant_account_tokens: body.merchant_account_tokens,
  custom_field_values: customFieldValues,
});
