import { v7 as timeOrderedUuid } from 'uuid';
import type { DataKey } from '../packages/server/src/crypto/envelope.ts';
import { sealPerson } from '../packages/server/src/ops/customers/content.ts';
import {
  presentRecord,
  type SealedContent,
  sealContent,
} from '../packages/server/src/ops/stored-payment-methods/content.ts';
import type { RecordRow } from '../packages/server/src/store/records.ts';
import type { BenchTenant } from './tenant.ts';

/** A row as JSON holds it: bytes in PostgreSQL's hex form, times in ISO's. */
export type Row = Record<string, unknown>;
export type TableRows = Record<string, Row[]>;

export type SeededCustomer = {
  rows: TableRows;
  customerId: number;
  customerUuid: string;
  recordId: string;
  dataKey: DataKey;
  /** What GET answers of the customer's record, so what PUT takes. */
  body: object;
};

const firstCustomerId = 10_000_000;
const fieldNumberDigits = 12;

/** Shaped like the ids that the server makes, and computable by pgbench, which knows no others. */
export const recordIdOf = (n: number): string =>
  `spm_0190a000-0000-7000-8000-${n.toString(16).padStart(fieldNumberDigits, '0')}`;

const addressOf = (n: number) => ({
  city: 'Springfield',
  country: 'GB',
  line1: `${n} Evergreen Terrace`,
  line2: 'Second floor, left',
  postal_code: 'SW1A 1AA',
  time_zone_id: 'Europe/London',
});

const customFieldsOf = (n: number) => [
  { custom_field_id: 'membership:level__c', string_value: 'gold' },
  { custom_field_id: 'membership:number__c', numeric_value: n },
];

/** A customer with a data key, and a card on file as the account's instrument. */
export function customerRows(tenant: BenchTenant, n: number): SeededCustomer {
  const { ctx } = tenant;
  const at = ctx.now();
  const customerId = firstCustomerId + n;
  const customerUuid = timeOrderedUuid();
  const contactId = timeOrderedUuid();
  const { dataKey, wrapped } = ctx.keys.newCustomerKey(customerUuid);
  const id = recordIdOf(n);
  const person = { firstName: 'Ada', lastName: `Bench ${n}` };
  const content: SealedContent = {
    name: 'Card 00',
    name_on_account: `Ada Bench ${n}`,
    billing_address: addressOf(n),
    merchant_account_tokens: [{ merchant_account_id: tenant.merchantAccountId, token: `tok_${customerUuid}` }],
    custom_field_values: customFieldsOf(n),
    network: 'visa',
  };
  const record: RecordRow = {
    id,
    sys_version: 1,
    customer_id: customerId,
    type: 'credit card',
    credit_card_type: 'visa',
    last_four_digits: '4242',
    expires: '2034-12-31',
    payrix_migrated: null,
    sys_external_id: null,
    sys_locked: null,
    sys_snapshot_base_version: null,
    sys_created_at: at,
    sys_created_by_id: ctx.caller.id,
    sys_last_modified_at: at,
    sys_last_modified_by_id: ctx.caller.id,
    sys_last_security_context: { actor: ctx.caller.id, method: ctx.caller.kind, trace_id: ctx.traceId },
    sys_deleted_at: null,
    sys_deleted_by_id: null,
    marks: null,
    key_id: dataKey.keyId,
    sealed: sealContent(tenant.tenantId, { id, sys_version: 1 }, content, dataKey),
  };
  return {
    customerId,
    customerUuid,
    recordId: id,
    dataKey,
    body: presentRecord(record, contactId, content, { tenantId: tenant.tenantId, locale: 'en' }),
    rows: {
      customer_keys: [
        jsonRow({
          tenant_id: tenant.tenantId,
          key_id: wrapped.keyId,
          customer_uuid: customerUuid,
          wrapped_key: wrapped.wrappedKey,
          wrapped_by: wrapped.wrappedBy,
          created_at: at,
        }),
      ],
      customers: [
        jsonRow({
          tenant_id: tenant.tenantId,
          customer_id: customerId,
          customer_uuid: customerUuid,
          contact_id: contactId,
          status: 'MEMBER',
          is_active: true,
          version: 1,
          key_id: dataKey.keyId,
          sealed: sealPerson(tenant.tenantId, { customer_id: customerId, version: 1 }, person, dataKey),
          account_method_id: id,
          account_payment_choice: 'CREDIT_CARD',
          account_version: 1,
          created_at: at,
          modified_at: at,
        }),
      ],
      stored_payment_methods: [jsonRow({ tenant_id: tenant.tenantId, ...record })],
    },
  };
}

export const jsonRow = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value]),
  );
