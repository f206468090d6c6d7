-- A tenant's settings, custom fields and merchant accounts as they were at one instant. No secret is in any of them.
CREATE TABLE configuration_snapshots (
  tenant_id text NOT NULL REFERENCES tenants,
  snapshot_id text NOT NULL,
  name text NOT NULL,
  description text,
  -- Of the form of document.
  format_version integer NOT NULL,
  document jsonb NOT NULL,
  -- Records are restored as they were at this instant.
  captured_at timestamptz NOT NULL,
  created_by_id text NOT NULL,
  -- A deleted one is nobody's to see; a restore that was ordered before still reads it.
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, snapshot_id)
);

-- What a restore could not do, and why: each thing once, however often the work was begun again.
CREATE TABLE snapshot_restore_conflicts (
  tenant_id text NOT NULL,
  task_id text NOT NULL,
  resource text NOT NULL,
  subject_id text NOT NULL,
  error_code text NOT NULL,
  PRIMARY KEY (tenant_id, task_id, resource, subject_id)
);

-- The tenant whose snapshots may fill this one; null for a tenant that is no sandbox.
ALTER TABLE tenants ADD COLUMN sandbox_of text;

SELECT protect_tenant_tables();
