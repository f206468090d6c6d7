-- What a bulk load has received and not yet worked off, in order. Sealed under the tenant's key, bound to load and place:
-- a file may hold what its rows will be refused for. Ciphertext does not compress.
CREATE TABLE bulk_load_chunks (
  tenant_id text NOT NULL,
  load_id text NOT NULL,
  -- Bytes of the file before this chunk.
  starts_at bigint NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (tenant_id, load_id, starts_at),
  FOREIGN KEY (tenant_id, load_id) REFERENCES background_tasks
);
ALTER TABLE bulk_load_chunks ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- What came of the rows: one line here is a batch of the file, an entry of results one of its rows.
CREATE TABLE bulk_load_results (
  tenant_id text NOT NULL,
  load_id text NOT NULL,
  first_record_no integer NOT NULL,
  results jsonb NOT NULL,
  PRIMARY KEY (tenant_id, load_id, first_record_no),
  FOREIGN KEY (tenant_id, load_id) REFERENCES background_tasks
);

-- For loads that nobody goes on uploading.
CREATE INDEX background_tasks_open ON background_tasks (tenant_id, created_at) WHERE state = 'open';

SELECT protect_tenant_tables();
