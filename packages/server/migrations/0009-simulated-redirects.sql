-- The simulated gateway's own memory of the pages on which customers grant it an instrument.
CREATE TABLE simulated_redirects (
  tenant_id text NOT NULL REFERENCES tenants,
  redirect_id text NOT NULL,
  choice text NOT NULL CHECK (choice IN ('PAYPAL', 'TWINT', 'IDEAL', 'BANCONTACT')),
  return_url text,
  state text NOT NULL CHECK (state IN ('pending', 'approved', 'cancelled')),
  -- Which of the simulator's test payers approved.
  payer_id text CHECK ((payer_id IS NOT NULL) = (state = 'approved')),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, redirect_id)
);

SELECT protect_tenant_tables();
