/** What a credential can be permitted to do. The first seven are the Customer API's own. */
export const scopes = [
  'PAYMENT_WRITE',
  'CUSTOMER_READ',
  'CUSTOMER_WRITE',
  'CUSTOMER_ACCOUNT_READ',
  'CUSTOMER_ACCOUNT_WRITE',
  'CUSTOMER_SELF_SERVICE_READ',
  'CUSTOMER_SELF_SERVICE_WRITE',
  'STORED_PAYMENT_METHOD_READ',
  'STORED_PAYMENT_METHOD_WRITE',
  'STORED_PAYMENT_METHOD_UNLOCK',
  'CONTACT_READ',
  'CONTACT_WRITE',
  'MERCHANT_ACCOUNT_READ',
  'MERCHANT_ACCOUNT_WRITE',
  'EVENT_READ',
  'EVENT_SKIP',
  'AUDIT_READ',
  'TENANT_READ',
  'TENANT_WRITE',
] as const;

export type Scope = (typeof scopes)[number];
