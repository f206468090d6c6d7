-- For lists of records: one index for each order, and for each filter that few records may pass.
CREATE INDEX stored_payment_methods_created ON stored_payment_methods (tenant_id, sys_created_at, id)
  WHERE sys_deleted_at IS NULL;
CREATE INDEX stored_payment_methods_expiry
  ON stored_payment_methods (tenant_id, (coalesce(expires, 'infinity'::date)), id)
  WHERE sys_deleted_at IS NULL;
CREATE INDEX stored_payment_methods_type ON stored_payment_methods (tenant_id, type, sys_created_at, id)
  WHERE sys_deleted_at IS NULL;
CREATE INDEX stored_payment_methods_brand ON stored_payment_methods (tenant_id, credit_card_type, sys_created_at, id)
  WHERE sys_deleted_at IS NULL;
CREATE INDEX stored_payment_methods_locked ON stored_payment_methods (tenant_id, sys_created_at, id)
  WHERE sys_locked AND sys_deleted_at IS NULL;
CREATE INDEX stored_payment_methods_deleted ON stored_payment_methods (tenant_id, sys_created_at, id)
  WHERE sys_deleted_at IS NOT NULL;

-- On the versions, which are only ever added: on the records it would make every update write to all their indexes.
CREATE INDEX stored_payment_method_versions_modified ON stored_payment_method_versions (tenant_id, sys_last_modified_at, id);
