import type { CustomFieldDefinition } from '../contract/custom-field.ts';
import type { SettingsContent } from '../contract/tenant-settings.ts';
import type { Database } from './database.ts';
import type { MerchantAccountRow } from './merchant-accounts.ts';

/** What a tenant has configured, with the versions that it was read in. */
export type Configuration = {
  settings: { content: SettingsContent; version: number };
  customFields: { id: string; definition: CustomFieldDefinition; version: number }[];
  merchantAccounts: Omit<MerchantAccountRow, 'created_at' | 'modified_at'>[];
};

/** One statement sees one instant, so that what refers to each other was there together. */
const readAll = {
  name: 'read-configuration',
  text: `
    SELECT
      (SELECT json_build_object('content', s.settings, 'version', s.version)
       FROM tenants t JOIN tenant_setting_versions s ON s.tenant_id = t.tenant_id AND s.version = t.version
       WHERE t.tenant_id = $1) AS settings,
      (SELECT coalesce(json_agg(json_build_object('id', f.custom_field_id, 'definition', f.definition,
         'version', f.version) ORDER BY f.custom_field_id), '[]')
       FROM custom_fields f WHERE f.tenant_id = $1) AS "customFields",
      (SELECT coalesce(json_agg(json_build_object('merchant_account_id', a.merchant_account_id, 'name', a.name,
         'processor_service', a.processor_service, 'processor_account_id', a.processor_account_id,
         'currency', a.currency, 'is_active', a.is_active, 'version', a.version) ORDER BY a.merchant_account_id), '[]')
       FROM merchant_accounts a WHERE a.tenant_id = $1) AS "merchantAccounts"`,
};

/** All that the tenant has configured at one instant: one consistent read. */
export async function readConfiguration(db: Database, tenantId: string): Promise<Configuration> {
  const [row] = await db.single<Configuration>(tenantId, readAll, [tenantId]);
  if (!row?.settings) throw new Error('a tenant has no settings');
  return row;
}
