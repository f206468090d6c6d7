-- How many attempts may fail; what a tenant does not say is as the rules say.
ALTER TABLE tenants ADD COLUMN failed_attempt_limits jsonb NOT NULL DEFAULT '{}';
ALTER TABLE tenants ALTER COLUMN failed_attempt_limits DROP DEFAULT;

-- The mode of a tenant never changes; here a start finds out whether there is one in live mode. So far there was none.
ALTER TABLE tenant_directory ADD COLUMN mode text NOT NULL DEFAULT 'test' CHECK (mode IN ('test', 'live'));
ALTER TABLE tenant_directory ALTER COLUMN mode DROP DEFAULT;
CREATE INDEX tenant_directory_live ON tenant_directory (tenant_id) WHERE mode = 'live';

-- Whom attempts are counted against: a session, a customer, an address. The row is locked while they are counted.
CREATE TABLE payment_attempt_counters (
  tenant_id text NOT NULL REFERENCES tenants,
  counter text NOT NULL,
  used_at timestamptz NOT NULL,
  -- When the merchant was last told that the limit holds.
  told_at timestamptz,
  PRIMARY KEY (tenant_id, counter)
);
CREATE INDEX payment_attempt_counters_used ON payment_attempt_counters (tenant_id, used_at);

-- Attempts that failed or are under way, in each of their counters.
CREATE TABLE payment_attempts (
  tenant_id text NOT NULL REFERENCES tenants,
  counter text NOT NULL,
  request_id uuid NOT NULL,
  made_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, counter, request_id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES payment_requests
);
CREATE INDEX payment_attempts_request ON payment_attempts (tenant_id, request_id);
CREATE INDEX payment_attempts_made ON payment_attempts (tenant_id, made_at);

SELECT protect_tenant_tables();
