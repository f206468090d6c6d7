-- Deletion is soft: the record and its history stay. The columns come last in both tables, which stay alike.
-- sys_deleted_by_id also names who last tried to delete a record that is still there.
ALTER TABLE stored_payment_methods
  ADD COLUMN sys_deleted_at timestamptz,
  ADD COLUMN sys_deleted_by_id text;
ALTER TABLE stored_payment_method_versions
  ADD COLUMN sys_deleted_at timestamptz,
  ADD COLUMN sys_deleted_by_id text;

-- The external id of a deleted record is free again.
ALTER TABLE stored_payment_methods DROP CONSTRAINT stored_payment_methods_tenant_id_sys_external_id_key;
CREATE UNIQUE INDEX stored_payment_methods_external_id ON stored_payment_methods (tenant_id, sys_external_id)
  WHERE sys_deleted_at IS NULL;
