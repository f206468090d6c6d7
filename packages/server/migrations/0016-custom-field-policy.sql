-- Whether records may hold values of fields that nobody defined: those of tenants from before definitions do.
ALTER TABLE tenants ADD COLUMN custom_field_policy text NOT NULL DEFAULT 'open' CHECK (custom_field_policy IN ('open', 'defined'));
ALTER TABLE tenants ALTER COLUMN custom_field_policy DROP DEFAULT;
