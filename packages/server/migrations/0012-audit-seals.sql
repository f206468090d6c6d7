-- Which transaction wrote an entry: what lies behind the oldest one still running is complete and can be sealed in this
-- order. Entries from before this column get the transaction of this migration.
ALTER TABLE audit_entries ADD COLUMN written_in xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX audit_entries_written ON audit_entries (tenant_id, written_in, audit_id);

-- How far a tenant's audit is sealed: the last number and chain value, and the last entry that was looked at. The row is
-- also the lock of the one sealer at a time; nobody else needs it.
CREATE TABLE audit_chains (
  tenant_id text PRIMARY KEY,
  number bigint NOT NULL,
  chain bytea NOT NULL,
  read_through xid8 NOT NULL,
  read_through_id uuid NOT NULL
);

-- The place of each entry in the tenant's chain, numbered from 1 without gaps. The chain value is an HMAC under the
-- tenant's audit key over the one before it and the entry's code. subject_id repeats the entry's, to list by it.
CREATE TABLE audit_seals (
  tenant_id text NOT NULL,
  number bigint NOT NULL,
  audit_id uuid NOT NULL,
  subject_id text NOT NULL,
  chain bytea NOT NULL,
  PRIMARY KEY (tenant_id, number),
  UNIQUE (tenant_id, audit_id)
);
CREATE INDEX audit_seals_subject ON audit_seals (tenant_id, subject_id, number);

-- The chain's value at a number, signed with Ed25519 by a key derived from the tenant's audit key. Each also goes to a
-- file outside the database.
CREATE TABLE audit_checkpoints (
  tenant_id text NOT NULL,
  number bigint NOT NULL,
  chain bytea NOT NULL,
  at timestamptz NOT NULL,
  signature bytea NOT NULL,
  PRIMARY KEY (tenant_id, number)
);

SELECT protect_tenant_tables();
