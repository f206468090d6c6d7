import type { CustomFieldDefinition } from '../contract/custom-field.ts';
import type { Database } from './database.ts';

export type CustomFieldRow = {
  custom_field_id: string;
  definition: CustomFieldDefinition;
  version: number;
  created_at: Date;
  modified_at: Date;
};

const columns = 'custom_field_id, definition, version, created_at, modified_at';

const readAll = {
  name: 'read-all-custom-fields',
  text: `SELECT ${columns} FROM custom_fields WHERE tenant_id = $1 ORDER BY custom_field_id`,
};

/** All definitions of the tenant, the retired ones too, in the order of their ids. */
export const listAllCustomFields = (db: Database, tenantId: string): Promise<CustomFieldRow[]> =>
  db.single(tenantId, readAll, [tenantId]);
