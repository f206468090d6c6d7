import { Failures } from '../../contract/failures.ts';
import type { MerchantAccount, WrittenMerchantAccount } from '../../contract/merchant-account.ts';
import { notInForm } from '../../contract/text-forms.ts';
import type { MerchantAccountRow } from '../../store/merchant-accounts.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';

const currencies = new Set(Intl.supportedValuesOf('currency'));

/** Throws 400 naming the fields that break a rule that the schema does not hold. */
export function checkMerchantAccount(body: WrittenMerchantAccount): void {
  const failures = new Failures();
  failures.check(() => refuseCardNumbers(body));
  if (body.currency !== undefined && !currencies.has(body.currency)) {
    failures.add(notInForm('CURRENCY_CODE', 'currency'));
  }
  failures.throwAny();
}

/** The account as the Records API shows it. */
export const presentMerchantAccount = (row: MerchantAccountRow): MerchantAccount => ({
  currency: row.currency,
  id: row.merchant_account_id,
  is_active: row.is_active,
  name: row.name,
  processor_account_id: row.processor_account_id,
  processor_service: row.processor_service,
  sys_created_at: row.created_at.toISOString(),
  sys_last_modified_at: row.modified_at.toISOString(),
  sys_version: row.version,
});
