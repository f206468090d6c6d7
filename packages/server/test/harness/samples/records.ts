import { recordBody } from '../main-job.ts';
import type { TestTenant } from '../server.ts';
import type { Ids, Samples } from './sample.ts';

const contact = { first_name: 'Grace', last_name: 'Hopper' };
const stamps = {
  sys_created_at: '2026-01-01T00:00:00Z',
  sys_created_by_id: 'someone',
  sys_last_modified_at: '9999-01-01T00:00:00Z',
  sys_last_modified_by_id: 'someone',
};
const record = ({ contactId, merchantAccountId }: Ids, tenant: TestTenant) =>
  recordBody({ ...tenant, contactId, merchantAccountId });

/** Records, contacts, merchant accounts, and what tells of them. */
export const recordSamples: Samples = {
  'PUT /storedPaymentMethods/{tenantId}/{id}': [
    (ids, tenant) => ({
      path: { tenantId: ids.tenantId, id: ids.recordId },
      body: { ...record(ids, tenant), ...stamps, id: ids.recordId },
    }),
  ],
  'GET /storedPaymentMethods/{tenantId}/{id}': [
    ({ tenantId, recordId }) => ({ path: { tenantId, id: recordId } }),
    ({ tenantId, recordId }) => ({ path: { tenantId, id: recordId }, query: { as_of: '1' } }),
  ],
  'GET /storedPaymentMethods/{tenantId}/{id}/tokens': [
    ({ tenantId, recordId }) => ({ path: { tenantId, id: recordId } }),
  ],
  'GET /storedPaymentMethods/{tenantId}/{id}/history': [
    ({ tenantId, recordId }) => ({ path: { tenantId, id: recordId }, query: { limit: '5' } }),
  ],
  'POST /storedPaymentMethods/{tenantId}/{id}/restore': [
    ({ tenantId, recordId }) => ({ path: { tenantId, id: recordId }, body: { sys_version: 1 } }),
  ],
  'GET /storedPaymentMethods/{tenantId}/{id}/lock': [
    ({ tenantId, recordId }) => ({ path: { tenantId, id: recordId } }),
  ],
  'PUT /storedPaymentMethods/{tenantId}/{id}/lock': [
    ({ tenantId, recordId }) => ({ path: { tenantId, id: recordId }, body: { reason: 'A disputed charge' } }),
  ],
  'DELETE /storedPaymentMethods/{tenantId}/{id}/lock': [
    ({ tenantId, recordId }) => ({ path: { tenantId, id: recordId } }),
  ],
  'PATCH /storedPaymentMethods/{tenantId}/{id}': [
    ({ tenantId, recordId }) => ({
      path: { tenantId, id: recordId },
      body: [{ op: 'replace', path: '/name', value: 'Other card' }],
    }),
    ({ tenantId, recordId, contactId, merchantAccountId }) => ({
      path: { tenantId, id: recordId },
      body: [
        { op: 'replace', path: '/contact_id', value: contactId },
        { op: 'replace', path: '/merchant_account_tokens/0/merchant_account_id', value: merchantAccountId },
        { op: 'add', path: '/sys_directive', value: 'allow-token-removal' },
      ],
    }),
  ],
  'DELETE /storedPaymentMethods/{tenantId}/{id}': [({ tenantId, recordId }) => ({ path: { tenantId, id: recordId } })],
  'POST /storedPaymentMethods/{tenantId}': [
    (ids, tenant) => ({ path: { tenantId: ids.tenantId }, body: record(ids, tenant) }),
  ],
  'POST /storedPaymentMethods/{tenantId}/batch': [
    ({ tenantId, recordId }) => ({
      path: { tenantId },
      body: { operations: [{ method: 'PATCH', id: recordId, body: [{ op: 'remove', path: '/expires' }] }] },
    }),
    (ids, tenant) => ({
      path: { tenantId: ids.tenantId },
      body: { operations: [{ method: 'POST', body: record(ids, tenant) }] },
    }),
    (ids, tenant) => ({
      path: { tenantId: ids.tenantId },
      body: {
        operations: [
          { method: 'PUT', id: ids.recordId, body: { ...record(ids, tenant), ...stamps, id: ids.recordId } },
        ],
      },
    }),
    ({ tenantId, recordId }) => ({
      path: { tenantId },
      body: { operations: [{ method: 'DELETE', id: recordId }] },
    }),
  ],
  'GET /storedPaymentMethods/{tenantId}': [
    ({ tenantId, contactId }) => ({
      path: { tenantId },
      query: { contact_id: contactId, sort: 'expires', order: 'descending', fields: 'name,expires', limit: '5' },
    }),
  ],
  'GET /storedPaymentMethods/{tenantId}/export': [
    ({ tenantId, contactId }) => ({ path: { tenantId }, query: { contact_id: contactId, format: 'ndjson' } }),
  ],
  'GET /storedPaymentMethods/{tenantId}/contact/{contactId}': [
    ({ tenantId, contactId, recordId }) => ({
      path: { tenantId, contactId },
      query: { limit: '5', exclusiveStartKey: recordId },
    }),
  ],
  'POST /contacts/{tenantId}': [({ tenantId }) => ({ path: { tenantId }, body: contact })],
  'GET /contacts/{tenantId}': [
    ({ tenantId, contactId }) => ({ path: { tenantId }, query: { limit: '5', exclusiveStartKey: contactId } }),
  ],
  'GET /contacts/{tenantId}/{contactId}': [({ tenantId, contactId }) => ({ path: { tenantId, contactId } })],
  'PUT /contacts/{tenantId}/{contactId}': [
    ({ tenantId, contactId, customerId }) => ({
      path: { tenantId, contactId },
      body: { ...contact, id: contactId, customer_id: customerId },
    }),
  ],
  'DELETE /contacts/{tenantId}/{contactId}': [({ tenantId, contactId }) => ({ path: { tenantId, contactId } })],
  'POST /contacts/{tenantId}/{contactId}/erasure': [({ tenantId, contactId }) => ({ path: { tenantId, contactId } })],
  'GET /contacts/{tenantId}/{contactId}/erasure': [({ tenantId, contactId }) => ({ path: { tenantId, contactId } })],
  'POST /merchantAccounts/{tenantId}': [({ tenantId }) => ({ path: { tenantId }, body: { name: 'Shop' } })],
  'GET /merchantAccounts/{tenantId}': [
    ({ tenantId, merchantAccountId }) => ({
      path: { tenantId },
      query: { limit: '5', exclusiveStartKey: merchantAccountId },
    }),
  ],
  'GET /merchantAccounts/{tenantId}/{merchantAccountId}': [
    ({ tenantId, merchantAccountId }) => ({ path: { tenantId, merchantAccountId } }),
  ],
  'PUT /merchantAccounts/{tenantId}/{merchantAccountId}': [
    ({ tenantId, merchantAccountId }) => ({
      path: { tenantId, merchantAccountId },
      body: { name: 'Shop', id: merchantAccountId },
    }),
  ],
  'DELETE /merchantAccounts/{tenantId}/{merchantAccountId}': [
    ({ tenantId, merchantAccountId }) => ({ path: { tenantId, merchantAccountId } }),
  ],
  'GET /events/{tenantId}': [
    ({ tenantId }) => ({
      path: { tenantId },
      query: { after: '1', limit: '5', wait: '1', types: 'customer.created,stored_payment_method.created' },
    }),
  ],
  'GET /audit/{tenantId}': [
    ({ tenantId, recordId }) => ({
      path: { tenantId },
      query: { subject_id: recordId, action: 'audit.read', from: '2026-01-01T00:00:00Z', limit: '5' },
    }),
    ({ tenantId, clientId }) => ({ path: { tenantId }, query: { actor_id: clientId } }),
  ],
};
