import type { ConfigurationDocument } from '../../contract/configuration-snapshot.ts';
import type { Configuration } from '../../store/configuration.ts';

/** The configuration as a snapshot keeps it: what can be restored, and nothing of its versions. */
export const documentOf = ({ settings, customFields, merchantAccounts }: Configuration): ConfigurationDocument => ({
  settings: settings.content,
  custom_fields: customFields.map(({ id, definition }) => ({ id, ...definition })),
  merchant_accounts: merchantAccounts.map((account) => ({
    id: account.merchant_account_id,
    name: account.name,
    processor_service: account.processor_service,
    processor_account_id: account.processor_account_id,
    currency: account.currency,
    is_active: account.is_active,
  })),
});
