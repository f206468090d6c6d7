-- A tenant's key seals and hashes from active_from on (null: since it was made), by when every process has read it. Those
-- before it open and verify until nothing names them any more.
ALTER TABLE tenant_keys ADD COLUMN active_from timestamptz;

-- A customer's key that another one has followed seals nothing new.
ALTER TABLE customer_keys ADD COLUMN retired_at timestamptz;
CREATE INDEX customer_keys_current ON customer_keys (tenant_id, created_at, key_id) WHERE retired_at IS NULL;
CREATE INDEX customer_keys_retired ON customer_keys (tenant_id, key_id) WHERE retired_at IS NOT NULL;
CREATE INDEX customer_keys_wrapped_by ON customer_keys (tenant_id, wrapped_by);

-- Which key a fingerprint is under (null: the tenant's first), and what it was under the key before while others may
-- still be under that one.
ALTER TABLE vault_secrets ADD COLUMN fingerprint_key_id uuid;
ALTER TABLE vault_secrets ADD COLUMN earlier_fingerprint bytea;

-- A rotation that was begun; at most one of each kind goes on in a tenant.
CREATE TABLE key_rotations (
  tenant_id text NOT NULL REFERENCES tenants,
  rotation_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('tenant', 'customers')),
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, rotation_id)
);
CREATE UNIQUE INDEX key_rotations_unfinished ON key_rotations (tenant_id, kind) WHERE finished_at IS NULL;

-- What is sealed under a customer's key, to seal it anew and to know when nothing is; also for the foreign keys.
CREATE INDEX customers_key ON customers (tenant_id, key_id);
CREATE INDEX stored_payment_methods_key ON stored_payment_methods (tenant_id, key_id);
CREATE INDEX stored_payment_method_versions_key ON stored_payment_method_versions (tenant_id, key_id);
CREATE INDEX vault_secrets_key ON vault_secrets (tenant_id, key_id);
CREATE INDEX user_payment_sessions_key ON user_payment_sessions (tenant_id, key_id);
CREATE INDEX payment_requests_key ON payment_requests (tenant_id, key_id) WHERE key_id IS NOT NULL;
CREATE INDEX token_tasks_key ON token_tasks (tenant_id, key_id) WHERE key_id IS NOT NULL;
CREATE INDEX audit_entries_key ON audit_entries (tenant_id, key_id) WHERE key_id IS NOT NULL;

SELECT protect_tenant_tables();
