-- Row-level security by construction: every table with a tenant_id is walled by the same forced policy.
-- Each migration that adds a table ends with SELECT protect_tenant_tables().
CREATE FUNCTION protect_tenant_tables() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  unprotected regclass;
BEGIN
  FOR unprotected IN
    SELECT c.oid::regclass
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p')
      AND c.relnamespace = current_schema()::regnamespace
      AND c.relname <> 'tenant_directory'
      AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', unprotected);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', unprotected);
    EXECUTE format(
      'CREATE POLICY tenant_wall ON %s USING (tenant_id = ANY (string_to_array(current_setting(''app.tenant_ids'', true), '','')))',
      unprotected
    );
  END LOOP;
END
$$;

-- The one list that is read without a tenant: which tenants exist (a reference table when sharded, no data of theirs).
CREATE TABLE tenant_directory (
  tenant_id text PRIMARY KEY CHECK (tenant_id ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
  created_at timestamptz NOT NULL
);

CREATE TABLE tenants (
  tenant_id text PRIMARY KEY CHECK (tenant_id ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
  name text NOT NULL,
  mode text NOT NULL CHECK (mode IN ('test', 'live')),
  locale text NOT NULL,
  country text NOT NULL,
  currency text NOT NULL,
  time_zone text NOT NULL,
  rate_limit_per_minute integer CHECK (rate_limit_per_minute > 0),
  concurrency_policy text NOT NULL CHECK (concurrency_policy IN ('strict', 'version-only', 'if-match-required')),
  replaced_number_retention_days integer NOT NULL CHECK (replaced_number_retention_days >= 0),
  created_at timestamptz NOT NULL
);

-- The tenant's own keys, each wrapped by the master key that wrapped_by names. Purposes are separate keys so that
-- rotating the one that wraps customers' keys leaves fingerprints and audit codes valid.
CREATE TABLE tenant_keys (
  tenant_id text NOT NULL REFERENCES tenants,
  key_id uuid NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('wrapping', 'fingerprint', 'audit', 'idempotency')),
  wrapped_key bytea NOT NULL,
  wrapped_by text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key_id)
);

-- One data key per customer, so that destroying the row shreds all that was sealed under it.
CREATE TABLE customer_keys (
  tenant_id text NOT NULL REFERENCES tenants,
  key_id uuid NOT NULL,
  customer_uuid uuid NOT NULL,
  wrapped_key bytea NOT NULL,
  wrapped_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key_id),
  FOREIGN KEY (tenant_id, wrapped_by) REFERENCES tenant_keys
);
CREATE INDEX customer_keys_customer ON customer_keys (tenant_id, customer_uuid);

SELECT protect_tenant_tables();
