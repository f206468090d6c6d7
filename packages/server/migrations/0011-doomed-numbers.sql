-- Which version of its record doomed a number: undoing that version's deletion spares it.
ALTER TABLE vault_secrets ADD COLUMN doomed_by_version integer;
