-- Secrets are 256 random bits, so a plain SHA-256 is the right hash.
CREATE TABLE api_keys (
  tenant_id text NOT NULL REFERENCES tenants,
  key_id text NOT NULL,
  name text NOT NULL,
  secret_hash bytea NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, key_id)
);

CREATE TABLE clients (
  tenant_id text NOT NULL REFERENCES tenants,
  client_id text NOT NULL,
  name text NOT NULL,
  secret_hash bytea NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, client_id)
);

-- Keys of the built-in token issuer; the private half is sealed under the tenant's wrapping key.
CREATE TABLE signing_keys (
  tenant_id text NOT NULL REFERENCES tenants,
  kid text NOT NULL,
  public_jwk jsonb NOT NULL,
  sealed_private_jwk bytea NOT NULL,
  sealed_under uuid NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, kid),
  FOREIGN KEY (tenant_id, sealed_under) REFERENCES tenant_keys
);

-- Counters that may be lost in a crash: a limit then starts afresh.
CREATE UNLOGGED TABLE rate_limits (
  tenant_id text NOT NULL,
  bucket text NOT NULL,
  window_started_at timestamptz NOT NULL,
  used integer NOT NULL,
  PRIMARY KEY (tenant_id, bucket)
);

-- One row per Idempotency-Key in use. The answer is written in the transaction of the change it answers.
CREATE TABLE idempotency_keys (
  tenant_id text NOT NULL REFERENCES tenants,
  scope_hash bytea NOT NULL,
  request_hash bytea NOT NULL,
  attempt_id uuid NOT NULL,
  attempt_until timestamptz NOT NULL,
  sealed_answer bytea,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, scope_hash)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (tenant_id, expires_at);

SELECT protect_tenant_tables();
