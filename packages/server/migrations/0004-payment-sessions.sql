-- Short-lived permission for one browser to enter one instrument. The token is kept as a hash.
CREATE TABLE user_payment_sessions (
  tenant_id text NOT NULL REFERENCES tenants,
  session_id text NOT NULL,
  secret_hash bytea NOT NULL,
  customer_uuid uuid NOT NULL,
  customer_id bigint,
  key_id uuid NOT NULL,
  scope text NOT NULL CHECK (scope IN ('MEMBER_ACCOUNT', 'ECOM')),
  amount numeric NOT NULL,
  currency text NOT NULL,
  reference_text text NOT NULL,
  permitted_payment_choices text[],
  require_direct_debit_signature boolean NOT NULL,
  show_existing_payment_instruments boolean NOT NULL,
  created_by_id text NOT NULL,
  created_at timestamptz NOT NULL,
  valid_until timestamptz NOT NULL,
  closed_at timestamptz,
  PRIMARY KEY (tenant_id, session_id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers,
  FOREIGN KEY (tenant_id, key_id) REFERENCES customer_keys
);
CREATE INDEX user_payment_sessions_open ON user_payment_sessions (tenant_id, valid_until) WHERE closed_at IS NULL;

-- One attempt inside a session. The instrument's details and gateway tokens are in sealed, bound to the request's id.
CREATE TABLE payment_requests (
  tenant_id text NOT NULL REFERENCES tenants,
  request_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  session_id text NOT NULL,
  status text NOT NULL CHECK (status IN ('CREATED', 'CHALLENGED', 'AUTHENTICATED', 'PREAUTHED', 'CONSUMED', 'DECLINED', 'FAILED', 'CANCELLED', 'EXPIRED')),
  -- One submission at a time: a second one is refused while the first may still be at the gateway.
  submitting_until timestamptz,
  challenge_reference text,
  challenge_action jsonb,
  key_id uuid,
  sealed bytea,
  secret_id uuid,
  chosen_method_id text,
  chosen_method_version integer,
  consumed_at timestamptz,
  consumed_method_id text,
  consumed_method_version integer,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, request_id),
  UNIQUE (tenant_id, token_hash),
  FOREIGN KEY (tenant_id, session_id) REFERENCES user_payment_sessions,
  FOREIGN KEY (tenant_id, key_id) REFERENCES customer_keys
);
CREATE INDEX payment_requests_session ON payment_requests (tenant_id, session_id, created_at);
CREATE INDEX payment_requests_secret ON payment_requests (tenant_id, secret_id) WHERE secret_id IS NOT NULL;

-- The simulated gateway's own memory of the 3-D Secure challenges that it has asked for.
CREATE TABLE simulated_challenges (
  tenant_id text NOT NULL REFERENCES tenants,
  challenge_id text NOT NULL,
  published_outcome text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'completed', 'failed')),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, challenge_id)
);

SELECT protect_tenant_tables();
