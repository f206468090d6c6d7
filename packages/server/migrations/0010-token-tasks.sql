-- What is still to be done at a gateway: a token to obtain, or one to retire. A row goes once it is done. Like the audit
-- it refers to no other table: each insert would lock a row that every change of the tenant or customer needs.
-- A token to retire is in sealed, bound to this row; secret_id is the number that a token is to be obtained for.
CREATE TABLE token_tasks (
  tenant_id text NOT NULL,
  task_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('obtain', 'retire')),
  state text NOT NULL CHECK (state IN ('pending', 'failed')),
  reason text CHECK (reason IN ('gateway_failed', 'declined', 'not_transferable', 'number_gone', 'merchant_account_inactive')),
  -- Null for a token of a payment request that never became a record.
  record_id text,
  merchant_account_id text NOT NULL,
  secret_id uuid,
  key_id uuid,
  sealed bytea,
  attempts integer NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- From when the sweep puts the task into the queue, should it have been lost from there.
  due_at timestamptz NOT NULL,
  -- One worker at a time; a worker that died gives the task back when this is over.
  claimed_until timestamptz,
  PRIMARY KEY (tenant_id, task_id),
  CHECK (kind <> 'obtain' OR (record_id IS NOT NULL AND secret_id IS NOT NULL)),
  CHECK (kind <> 'retire' OR (key_id IS NOT NULL AND sealed IS NOT NULL))
);
CREATE INDEX token_tasks_record ON token_tasks (tenant_id, record_id);
CREATE INDEX token_tasks_due ON token_tasks (tenant_id, due_at) WHERE state = 'pending';

SELECT protect_tenant_tables();
