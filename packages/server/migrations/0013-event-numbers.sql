-- An event gets its number, gapless within the tenant, once it is committed: until then number is null. written_in is
-- the transaction that wrote it, so that those numbered together keep the order in which their changes could know of
-- each other. What was written before this migration, or by a process that does not know the column, comes first.
ALTER TABLE events
  ADD COLUMN type_version integer NOT NULL DEFAULT 1,
  ADD COLUMN written_in xid8 NOT NULL DEFAULT '0',
  ADD COLUMN number bigint CHECK (number > 0);
CREATE UNIQUE INDEX events_number ON events (tenant_id, number) WHERE number IS NOT NULL;
CREATE INDEX events_without_number ON events (tenant_id, written_in, event_id) WHERE number IS NULL;
