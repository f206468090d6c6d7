-- Definitions of custom fields. What is defined is the tenant's own configuration and holds nothing of its customers.
CREATE TABLE custom_fields (
  tenant_id text NOT NULL REFERENCES tenants,
  custom_field_id text NOT NULL,
  definition jsonb NOT NULL,
  version integer NOT NULL,
  created_at timestamptz NOT NULL,
  modified_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, custom_field_id)
);

-- The values that records can be found by, as keyed hashes: equal values have equal terms, and nothing else shows.
CREATE TABLE custom_field_terms (
  tenant_id text NOT NULL,
  record_id text NOT NULL,
  term bytea NOT NULL,
  PRIMARY KEY (tenant_id, record_id, term)
);
CREATE INDEX custom_field_terms_term ON custom_field_terms (tenant_id, term, record_id);

SELECT protect_tenant_tables();
