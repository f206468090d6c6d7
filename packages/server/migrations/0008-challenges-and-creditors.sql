-- A challenge is concluded through the merchant account that it was started for.
ALTER TABLE payment_requests ADD COLUMN challenge_merchant_account_id text;

-- By mandate scheme: the identifier under which the tenant collects direct debits.
ALTER TABLE tenants ADD COLUMN creditor_identifiers jsonb;
