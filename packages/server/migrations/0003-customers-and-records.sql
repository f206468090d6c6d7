-- Customers' ids come from one counter that stays below 2^53; read it in a statement of its own.
CREATE SEQUENCE customer_ids AS bigint START 100001 MAXVALUE 9007199254740991;

-- Who pays. Names, addresses and the like are sealed under the customer's own key.
CREATE TABLE customers (
  tenant_id text NOT NULL REFERENCES tenants,
  customer_id bigint NOT NULL,
  customer_uuid uuid NOT NULL,
  contact_id text NOT NULL,
  status text NOT NULL CHECK (status IN ('MEMBER', 'PROSPECT', 'FORMER_MEMBER')),
  is_active boolean NOT NULL,
  version integer NOT NULL,
  key_id uuid NOT NULL,
  sealed bytea NOT NULL,
  -- The account payment instrument: a pointer held here, never a flag on records.
  account_method_id text,
  account_payment_choice text,
  account_version integer NOT NULL,
  created_at timestamptz NOT NULL,
  modified_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, customer_id),
  UNIQUE (tenant_id, customer_uuid),
  UNIQUE (tenant_id, contact_id),
  FOREIGN KEY (tenant_id, key_id) REFERENCES customer_keys
);

CREATE TABLE merchant_accounts (
  tenant_id text NOT NULL REFERENCES tenants,
  merchant_account_id text NOT NULL,
  name text NOT NULL,
  processor_service text NOT NULL,
  processor_account_id text NOT NULL,
  currency text NOT NULL,
  is_active boolean NOT NULL,
  version integer NOT NULL,
  created_at timestamptz NOT NULL,
  modified_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, merchant_account_id)
);

-- Stored payment methods. Names, address, gateway tokens and custom fields are in sealed, bound to this id and version.
CREATE TABLE stored_payment_methods (
  tenant_id text NOT NULL REFERENCES tenants,
  id text NOT NULL,
  sys_version integer NOT NULL,
  customer_id bigint NOT NULL,
  type text NOT NULL,
  credit_card_type text NOT NULL,
  last_four_digits text NOT NULL,
  expires date,
  payrix_migrated boolean,
  sys_external_id text,
  sys_locked boolean,
  sys_snapshot_base_version integer,
  sys_created_at timestamptz NOT NULL,
  sys_created_by_id text NOT NULL,
  sys_last_modified_at timestamptz NOT NULL,
  sys_last_modified_by_id text NOT NULL,
  sys_last_security_context jsonb NOT NULL,
  key_id uuid NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, sys_external_id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers,
  FOREIGN KEY (tenant_id, key_id) REFERENCES customer_keys
) WITH (fillfactor = 70);
CREATE INDEX stored_payment_methods_customer ON stored_payment_methods (tenant_id, customer_id, id);

ALTER TABLE customers
  ADD FOREIGN KEY (tenant_id, account_method_id) REFERENCES stored_payment_methods;

-- Every version of a record as it was written; sealed is the same ciphertext as the record's at that version.
CREATE TABLE stored_payment_method_versions (
  tenant_id text NOT NULL,
  id text NOT NULL,
  sys_version integer NOT NULL,
  customer_id bigint NOT NULL,
  type text NOT NULL,
  credit_card_type text NOT NULL,
  last_four_digits text NOT NULL,
  expires date,
  payrix_migrated boolean,
  sys_external_id text,
  sys_locked boolean,
  sys_snapshot_base_version integer,
  sys_created_at timestamptz NOT NULL,
  sys_created_by_id text NOT NULL,
  sys_last_modified_at timestamptz NOT NULL,
  sys_last_modified_by_id text NOT NULL,
  sys_last_security_context jsonb NOT NULL,
  key_id uuid NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (tenant_id, id, sys_version),
  FOREIGN KEY (tenant_id, id) REFERENCES stored_payment_methods
);

-- Encrypted numbers. A fingerprint is a keyed hash of the whole number, compared within one customer.
CREATE TABLE vault_secrets (
  tenant_id text NOT NULL REFERENCES tenants,
  secret_id uuid NOT NULL,
  customer_uuid uuid NOT NULL,
  record_id text,
  key_id uuid NOT NULL,
  ciphertext bytea NOT NULL,
  fingerprint bytea NOT NULL,
  created_at timestamptz NOT NULL,
  destroy_after timestamptz,
  PRIMARY KEY (tenant_id, secret_id),
  FOREIGN KEY (tenant_id, record_id) REFERENCES stored_payment_methods,
  FOREIGN KEY (tenant_id, key_id) REFERENCES customer_keys
);
CREATE INDEX vault_secrets_fingerprint ON vault_secrets (tenant_id, customer_uuid, fingerprint);
CREATE INDEX vault_secrets_record ON vault_secrets (tenant_id, record_id);
CREATE INDEX vault_secrets_destruction ON vault_secrets (tenant_id, destroy_after) WHERE destroy_after IS NOT NULL;

-- Who did what. Neither this table nor the outbox refers to tenants: each insert would lock the tenant's one row.
-- code is an HMAC over the row under the tenant's audit key; details are sealed under the customer's key.
CREATE TABLE audit_entries (
  tenant_id text NOT NULL,
  audit_id uuid NOT NULL,
  at timestamptz NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  source_address text,
  trace_id text NOT NULL,
  action text NOT NULL,
  subject_kind text NOT NULL,
  subject_id text NOT NULL,
  subject_version integer,
  key_id uuid,
  sealed_details bytea,
  code_key_id uuid NOT NULL,
  code bytea NOT NULL,
  PRIMARY KEY (tenant_id, audit_id)
);

-- The outbox: written with the change that it tells of. Payloads are masked and hold no personal data.
CREATE TABLE events (
  tenant_id text NOT NULL,
  event_id uuid NOT NULL,
  type text NOT NULL,
  at timestamptz NOT NULL,
  subject_id text NOT NULL,
  subject_version integer,
  payload jsonb NOT NULL,
  PRIMARY KEY (tenant_id, event_id)
);

SELECT protect_tenant_tables();
