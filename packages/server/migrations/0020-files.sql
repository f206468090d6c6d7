-- Files of custom fields: what is known of each; the bytes are in the files' own storage, under the tenant and this id.
-- name and data key are sealed under the tenant's key; destroying them shreds what a storage of ours still holds.
CREATE TABLE files (
  tenant_id text NOT NULL REFERENCES tenants,
  file_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('awaiting_upload', 'stored', 'refused', 'removing', 'removed')),
  media_type text NOT NULL,
  size bigint NOT NULL,
  sha256 bytea,
  -- Why it was refused.
  refusal text,
  scanned boolean NOT NULL,
  custom_field_id text,
  sealed bytea,
  created_at timestamptz NOT NULL,
  created_by_id text NOT NULL,
  -- The contact that its maker's credential is limited to.
  created_for_contact text,
  -- One call at a time looks at what was uploaded.
  checked_until timestamptz,
  record_id text,
  -- Null while a record's current version refers to it.
  destroy_after timestamptz,
  PRIMARY KEY (tenant_id, file_id),
  FOREIGN KEY (tenant_id, record_id) REFERENCES stored_payment_methods
);
CREATE INDEX files_record ON files (tenant_id, record_id);
CREATE INDEX files_destruction ON files (tenant_id, destroy_after) WHERE destroy_after IS NOT NULL;

SELECT protect_tenant_tables();
