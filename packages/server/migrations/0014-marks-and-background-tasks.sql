-- What machinery left on a record: the load, the bulk operation and the snapshot that wrote it, and whether it has files.
ALTER TABLE stored_payment_methods ADD COLUMN marks jsonb;
ALTER TABLE stored_payment_method_versions ADD COLUMN marks jsonb;

-- Work that takes longer than a request: loads, operations, recalculations, restores. One row is one run; it survives
-- its process. input is sealed under the tenant's key, bound to this row; progress holds counts and places, no data.
CREATE TABLE background_tasks (
  tenant_id text NOT NULL,
  task_id text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'waiting', 'running', 'done', 'failed', 'cancelled')),
  ordered_by jsonb NOT NULL,
  input bytea NOT NULL,
  progress jsonb NOT NULL,
  -- The error code that ended it.
  failure text,
  attempts integer NOT NULL,
  -- Counts what anyone who watches would want to see.
  changes integer NOT NULL,
  created_at timestamptz NOT NULL,
  -- Not before: what another process may still be doing by old settings is over by then.
  due_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  cancel_requested_at timestamptz,
  -- One worker at a time; one that died gives the task back when this is over.
  claim_id uuid,
  claimed_until timestamptz,
  PRIMARY KEY (tenant_id, task_id)
);
CREATE INDEX background_tasks_unfinished ON background_tasks (tenant_id, due_at) WHERE state IN ('waiting', 'running');
CREATE INDEX background_tasks_kind ON background_tasks (tenant_id, kind, task_id);

SELECT protect_tenant_tables();
