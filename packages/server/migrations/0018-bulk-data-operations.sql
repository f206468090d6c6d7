-- What a bulk data operation did to each record that it reached, written with the record's own version. What was wrong
-- is sealed under the tenant's key: it may quote the reason of a lock.
CREATE TABLE bulk_data_operation_results (
  tenant_id text NOT NULL,
  operation_id text NOT NULL,
  record_id text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('changed', 'unchanged', 'failed', 'skipped')),
  version_before integer NOT NULL,
  -- Of the version that it made.
  version_after integer,
  error_code text,
  sealed_error bytea,
  PRIMARY KEY (tenant_id, operation_id, record_id),
  FOREIGN KEY (tenant_id, operation_id) REFERENCES background_tasks
);
CREATE INDEX bulk_data_operation_results_outcome
  ON bulk_data_operation_results (tenant_id, operation_id, outcome, record_id);

SELECT protect_tenant_tables();
