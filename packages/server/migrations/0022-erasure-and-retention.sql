-- Of whom or what was erased a shell stays: ids, versions, times. It has no key, so that no read finds it any more.
ALTER TABLE customers
  ALTER COLUMN key_id DROP NOT NULL,
  ALTER COLUMN sealed DROP NOT NULL,
  ADD CHECK ((key_id IS NULL) = (sealed IS NULL));
ALTER TABLE stored_payment_methods
  ALTER COLUMN key_id DROP NOT NULL,
  ALTER COLUMN sealed DROP NOT NULL,
  ADD CHECK ((key_id IS NULL) = (sealed IS NULL));
ALTER TABLE stored_payment_method_versions
  ALTER COLUMN key_id DROP NOT NULL,
  ALTER COLUMN sealed DROP NOT NULL,
  ADD CHECK ((key_id IS NULL) = (sealed IS NULL));

-- Who was erased, and what is still to be done about it elsewhere. It holds ids and no personal data.
CREATE TABLE erasures (
  tenant_id text NOT NULL,
  customer_id bigint NOT NULL,
  contact_id text NOT NULL,
  -- How many records went with the customer.
  stored_payment_methods integer NOT NULL,
  erased_at timestamptz NOT NULL,
  -- Under whose keys the tokens to retire at gateways are sealed; null once they are, or nobody tries any more.
  tokens_under uuid,
  give_up_at timestamptz NOT NULL,
  -- Tokens that their gateways did not delete in time.
  gateway_tokens_left integer,
  -- In the register outside the database.
  registered_at timestamptz,
  answers_cleared_at timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, customer_id)
);
CREATE INDEX erasures_contact ON erasures (tenant_id, contact_id, erased_at);
CREATE INDEX erasures_unfinished ON erasures (tenant_id, erased_at) WHERE finished_at IS NULL;

-- How long a tenant keeps things; what it does not say is as the rules say.
ALTER TABLE tenants ADD COLUMN retention jsonb NOT NULL DEFAULT '{}';

-- How far each kind of thing is held to its retention, and what the last round did.
CREATE TABLE retention_progress (
  tenant_id text NOT NULL,
  kind text NOT NULL,
  -- What is older was looked at.
  held_to timestamptz NOT NULL,
  ran_at timestamptz NOT NULL,
  removed bigint NOT NULL,
  PRIMARY KEY (tenant_id, kind)
);

-- Up to which number a tenant's audit was removed, signed: the chain is verified from there.
CREATE TABLE audit_cuts (
  tenant_id text NOT NULL,
  number bigint NOT NULL,
  chain bytea NOT NULL,
  at timestamptz NOT NULL,
  signature bytea NOT NULL,
  PRIMARY KEY (tenant_id, number)
);

CREATE INDEX audit_checkpoints_at ON audit_checkpoints (tenant_id, at);

CREATE INDEX user_payment_sessions_over ON user_payment_sessions (tenant_id, valid_until);
CREATE INDEX background_tasks_ended ON background_tasks (tenant_id, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX stored_payment_methods_deletion ON stored_payment_methods (tenant_id, sys_deleted_at)
  WHERE sys_deleted_at IS NOT NULL AND key_id IS NOT NULL;

SELECT protect_tenant_tables();
