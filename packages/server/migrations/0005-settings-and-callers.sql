-- The owner of the tables is bound by row security too, so what follows must name every tenant there is.
DO $$
BEGIN
  EXECUTE format('SET LOCAL app.tenant_ids = %L', (SELECT coalesce(string_agg(tenant_id, ','), '') FROM tenant_directory));
END
$$;

-- A tenant's settings have versions. Permitted choices that are null follow from the tenant's country.
ALTER TABLE tenants
  ADD COLUMN permitted_member_account_choices text[],
  ADD COLUMN permitted_ecom_choices text[],
  ADD COLUMN allowed_origins text[] NOT NULL DEFAULT '{}',
  ADD COLUMN version integer NOT NULL DEFAULT 1,
  ADD COLUMN modified_at timestamptz;
UPDATE tenants SET modified_at = created_at;
ALTER TABLE tenants
  ALTER COLUMN modified_at SET NOT NULL,
  ALTER COLUMN version DROP DEFAULT,
  ALTER COLUMN allowed_origins DROP DEFAULT;

-- Each version of a tenant's settings as it was written, by whom.
CREATE TABLE tenant_setting_versions (
  tenant_id text NOT NULL REFERENCES tenants,
  version integer NOT NULL,
  settings jsonb NOT NULL,
  modified_at timestamptz NOT NULL,
  modified_by_kind text NOT NULL,
  modified_by_id text NOT NULL,
  PRIMARY KEY (tenant_id, version)
);
INSERT INTO tenant_setting_versions (tenant_id, version, settings, modified_at, modified_by_kind, modified_by_id)
SELECT tenant_id, version,
  jsonb_strip_nulls(jsonb_build_object(
    'name', name, 'locale', locale, 'timeZone', time_zone, 'country', country, 'currency', currency,
    'permittedPaymentChoices', '{}'::jsonb, 'rateLimitPerMinute', rate_limit_per_minute,
    'concurrencyPolicy', concurrency_policy, 'replacedNumberRetentionDays', replaced_number_retention_days,
    'allowedOrigins', '[]'::jsonb)),
  modified_at, 'command-line', 'migration'
FROM tenants;

-- A key that was rotated names the one that took its place, and works on until it expires.
ALTER TABLE api_keys ADD COLUMN replaced_by text;

-- After a rotation the secret before is good for a while longer. A client of one contact sees that contact's data alone.
ALTER TABLE clients
  ADD COLUMN earlier_secret_hash bytea,
  ADD COLUMN earlier_secret_until timestamptz,
  ADD COLUMN contact_id text,
  ADD CHECK ((earlier_secret_hash IS NULL) = (earlier_secret_until IS NULL));

-- A key that was rotated verifies until the last token that it signed is over.
ALTER TABLE signing_keys ADD COLUMN retires_at timestamptz;

-- Issuers beside the built-in one whose access tokens a tenant takes. One is added and removed, never changed.
CREATE TABLE issuers (
  tenant_id text NOT NULL REFERENCES tenants,
  issuer_id text NOT NULL,
  issuer text NOT NULL,
  jwks_url text NOT NULL,
  audiences text[] NOT NULL,
  algorithms text[] NOT NULL,
  tenant_claim text NOT NULL,
  contact_claim text NOT NULL,
  scope_claim text NOT NULL,
  -- The most that its tokens can be permitted to do.
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, issuer_id),
  UNIQUE (tenant_id, issuer)
);

SELECT protect_tenant_tables();
