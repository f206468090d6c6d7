import type { CustomField } from '../../contract/custom-field.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';

/** The definition as the Records API shows it. */
export const presentCustomField = (row: CustomFieldRow): CustomField => ({
  ...row.definition,
  id: row.custom_field_id,
  sys_created_at: row.created_at.toISOString(),
  sys_last_modified_at: row.modified_at.toISOString(),
  sys_version: row.version,
});
