import { cancelOperation, orderOperation } from './bulk-data-operations.ts';
import { openLoad } from './bulk-loads.ts';
import { announce, pdf, upload } from './files.ts';
import { readSession } from './gateway.ts';
import {
  bearer,
  beginRequest,
  cardEntry,
  challenged,
  createRecord,
  keyHeader,
  recordBody,
  sessionHeader,
  startSession,
  submitCard,
  visa,
} from './main-job.ts';
import type { Operation } from './openapi-operations.ts';
import type { Answer, TestServer, TestTenant } from './server.ts';

/** Whatever of a tenant's a request can name. */
export type Ids = {
  tenantId: string;
  customerId: number;
  /** Of somebody who is no customer yet. */
  personUuid: string;
  contactId: string;
  merchantAccountId: string;
  recordId: string;
  paymentRequestToken: string;
  paymentInstrumentToken: string;
  clientId: string;
  /** Of the operations of snapshots alone. */
  snapshotId?: string;
  /** Of the operations of restores alone. */
  restoreId?: string;
  /** Of the calls of bulk data operations alone: of one that is over. */
  bulkDataOperationId?: string;
  /** Of the operations of bulk loads alone: one that waits for its file. */
  bulkLoadId?: string;
  /** Of the operations of custom fields alone. */
  customFieldId?: string;
  /** Of the operations of files alone: one that was uploaded. */
  fileId?: string;
  /** Of the operations of recalculations alone. */
  recalculationId?: string;
};

export type Sample = {
  path?: Record<string, string | number>;
  query?: Record<string, string>;
  body?: Record<string, any>;
};

/** What state a payment request must be in for the sample to succeed. */
type RequestState = 'created' | 'challenged' | 'preauthed';
/** Whose credentials a request carries; the session is its token. */
export type Credentials = { tenant: TestTenant; session: string };
export type Caller = Credentials & { ids: Ids };
type SampleOf = (ids: Ids, tenant: TestTenant) => Sample;

const contact = { first_name: 'Grace', last_name: 'Hopper' };
const stamps = {
  sys_created_at: '2026-01-01T00:00:00Z',
  sys_created_by_id: 'someone',
  sys_last_modified_at: '9999-01-01T00:00:00Z',
  sys_last_modified_by_id: 'someone',
};
const session = { amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'Membership' };
const settings = {
  name: 'Gym',
  locale: 'en',
  timeZone: 'UTC',
  country: 'GB',
  currency: 'GBP',
  permittedPaymentChoices: {},
  concurrencyPolicy: 'strict',
  replacedNumberRetentionDays: 30,
  allowedOrigins: [],
};
const customField = {
  name: 'Instalments',
  help_text: 'As agreed',
  type: 'table',
  constraints: { max_items: 12, columns: [{ id: 'due', name: 'Due', type: 'string', max_length: 10 }] },
  default_value: { table_value: [{ due: '2026-01-01' }] },
  position: 1,
};
const record = ({ contactId, merchantAccountId }: Ids, tenant: TestTenant) =>
  recordBody({ ...tenant, contactId, merchantAccountId });

/** At least one request for every documented operation, which succeeds with the caller's own ids. */
const samples: Readonly<Record<string, readonly SampleOf[]>> = {
  'POST /v1/customers/{customerId}/account/payment-instrument': [
    ({ customerId, paymentRequestToken }) => ({ path: { customerId }, body: { paymentRequestToken } }),
  ],
  'GET /v1/customers/{customerId}/account/payment-instrument': [({ customerId }) => ({ path: { customerId } })],
  'POST /v1/payments/user-session': [
    ({ customerId }) => ({ body: { ...session, customerId } }),
    ({ personUuid }) => ({ body: { ...session, finionPayCustomerId: personUuid } }),
  ],
  'POST /v1/customers/create': [
    () => ({ body: { firstName: 'Grace', lastName: 'Hopper' } }),
    ({ paymentRequestToken }) => ({ body: { firstName: 'Grace', lastName: 'Hopper', paymentRequestToken } }),
  ],
  'GET /v1/customers/{customerId}': [({ customerId }) => ({ path: { customerId } })],
  'GET /v1/customers/{customerId}/self-service/payment-data': [({ customerId }) => ({ path: { customerId } })],
  'GET /v1/customers': [() => ({ query: { sliceSize: '50' } })],
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
  'POST /bulkDataOperations/{tenantId}': [
    ({ tenantId, contactId }) => ({
      path: { tenantId },
      body: {
        kind: 'change',
        filter: { contact_id: contactId, type: 'credit card', changed_since: '2026-01-01T00:00:00Z' },
        patch: [{ op: 'add', path: '/name', value: 'Other card' }],
        reason: 'A new naming scheme',
      },
    }),
    ({ tenantId }) => ({ path: { tenantId }, body: { kind: 'delete', all: true } }),
  ],
  'POST /bulkDataOperations/{tenantId}/preview': [
    ({ tenantId, contactId }) => ({ path: { tenantId }, body: { kind: 'delete', filter: { contact_id: contactId } } }),
  ],
  'GET /bulkDataOperations/{tenantId}': [
    ({ tenantId, bulkDataOperationId = '' }) => ({
      path: { tenantId },
      query: { limit: '5', exclusiveStartKey: bulkDataOperationId },
    }),
  ],
  'GET /bulkDataOperations/{tenantId}/{id}': [
    ({ tenantId, bulkDataOperationId: id = '' }) => ({ path: { tenantId, id } }),
  ],
  'GET /bulkDataOperations/{tenantId}/{id}/conflicts': [
    ({ tenantId, bulkDataOperationId: id = '', recordId }) => ({
      path: { tenantId, id },
      query: { limit: '5', exclusiveStartKey: recordId },
    }),
  ],
  'POST /bulkDataOperations/{tenantId}/{id}/cancel': [
    ({ tenantId, bulkDataOperationId: id = '' }) => ({ path: { tenantId, id } }),
  ],
  'POST /bulkDataOperations/{tenantId}/{id}/undo': [
    ({ tenantId, bulkDataOperationId: id = '' }) => ({ path: { tenantId, id }, body: { reason: 'A mistake' } }),
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
  'POST /bulkLoads/{tenantId}': [
    ({ tenantId }) => ({
      path: { tenantId },
      body: {
        source_file: 'members.csv',
        format: 'csv',
        compression: 'gzip',
        mode: 'upsert',
        dry_run: true,
        mapping: { Holder: 'name_on_account' },
        null_marker: 'NULL',
        missing_contacts: 'create',
      },
    }),
  ],
  'GET /bulkLoads/{tenantId}': [
    ({ tenantId, bulkLoadId = '' }) => ({ path: { tenantId }, query: { limit: '5', exclusiveStartKey: bulkLoadId } }),
  ],
  'GET /bulkLoads/{tenantId}/{loadId}': [({ tenantId, bulkLoadId: loadId = '' }) => ({ path: { tenantId, loadId } })],
  'PUT /bulkLoads/{tenantId}/{loadId}/content': [
    ({ tenantId, bulkLoadId: loadId = '' }) => ({ path: { tenantId, loadId }, query: { offset: '0' } }),
  ],
  'POST /bulkLoads/{tenantId}/{loadId}/start': [
    ({ tenantId, bulkLoadId: loadId = '' }) => ({ path: { tenantId, loadId } }),
  ],
  'POST /bulkLoads/{tenantId}/{loadId}/cancel': [
    ({ tenantId, bulkLoadId: loadId = '' }) => ({ path: { tenantId, loadId } }),
  ],
  'GET /bulkLoads/{tenantId}/{loadId}/results': [
    ({ tenantId, bulkLoadId: loadId = '' }) => ({
      path: { tenantId, loadId },
      query: { outcome: 'failed', format: 'ndjson' },
    }),
  ],
  'GET /bulkLoads/{tenantId}/{loadId}/progress': [
    ({ tenantId, bulkLoadId: loadId = '' }) => ({ path: { tenantId, loadId } }),
  ],
  'POST /customFields/{tenantId}': [
    ({ tenantId }) => ({ path: { tenantId }, body: { ...customField, id: 'instalments__c' } }),
  ],
  'POST /customFields/{tenantId}/preview': [
    ({ tenantId }) => ({ path: { tenantId }, body: { ...customField, id: 'instalments__c' } }),
  ],
  'GET /customFields/{tenantId}': [
    ({ tenantId, customFieldId = '' }) => ({
      path: { tenantId },
      query: { limit: '5', exclusiveStartKey: customFieldId },
    }),
  ],
  'GET /customFields/{tenantId}/{customFieldId}': [
    ({ tenantId, customFieldId = '' }) => ({ path: { tenantId, customFieldId } }),
  ],
  'PUT /customFields/{tenantId}/{customFieldId}': [
    ({ tenantId, customFieldId = '' }) => ({
      path: { tenantId, customFieldId },
      query: { accept_broken_values: 'true' },
      body: { ...customField, id: customFieldId },
    }),
  ],
  'POST /recalculations/{tenantId}': [({ tenantId }) => ({ path: { tenantId } })],
  'GET /recalculations/{tenantId}': [({ tenantId }) => ({ path: { tenantId }, query: { limit: '5' } })],
  'GET /recalculations/{tenantId}/{recalculationId}': [
    ({ tenantId, recalculationId = '' }) => ({ path: { tenantId, recalculationId } }),
  ],
  'DELETE /customFields/{tenantId}/{customFieldId}': [
    ({ tenantId, customFieldId = '' }) => ({ path: { tenantId, customFieldId } }),
  ],
  'POST /files/{tenantId}': [
    ({ tenantId }) => ({
      path: { tenantId },
      body: {
        file_name: 'mandate.pdf',
        media_type: 'application/pdf',
        size: pdf.length,
        custom_field_id: 'mandate__c',
      },
    }),
  ],
  'POST /files/{tenantId}/{id}/complete': [({ tenantId, fileId = '' }) => ({ path: { tenantId, id: fileId } })],
  'GET /files/{tenantId}/{id}': [({ tenantId, fileId = '' }) => ({ path: { tenantId, id: fileId } })],
  'POST /configurationSnapshots/{tenantId}': [
    ({ tenantId }) => ({ path: { tenantId }, body: { name: 'Before', description: 'The new prices' } }),
  ],
  'GET /configurationSnapshots/{tenantId}': [({ tenantId }) => ({ path: { tenantId }, query: { limit: '5' } })],
  'GET /configurationSnapshots/{tenantId}/{snapshotId}': [
    ({ tenantId, snapshotId = '' }) => ({ path: { tenantId, snapshotId } }),
  ],
  'DELETE /configurationSnapshots/{tenantId}/{snapshotId}': [
    ({ tenantId, snapshotId = '' }) => ({ path: { tenantId, snapshotId } }),
  ],
  'GET /configurationSnapshots/{tenantId}/{snapshotId}/compare': [
    ({ tenantId, snapshotId = '' }) => ({ path: { tenantId, snapshotId }, query: { with: 'current' } }),
    ({ tenantId, snapshotId = '' }) => ({ path: { tenantId, snapshotId }, query: { with: snapshotId } }),
  ],
  'POST /configurationSnapshots/{tenantId}/{snapshotId}/restore': [
    ({ tenantId, snapshotId = '' }) => ({
      path: { tenantId, snapshotId },
      body: { with_records: true, dry_run: true },
    }),
  ],
  'POST /configurationSnapshots/{tenantId}/{snapshotId}/sandboxes': [
    ({ tenantId, snapshotId = '' }) => ({
      path: { tenantId, snapshotId },
      body: { tenant_id: `box-${snapshotId.slice(-12)}`, name: 'Sandbox', with_records: true },
    }),
  ],
  'GET /configurationSnapshotRestores/{tenantId}': [({ tenantId }) => ({ path: { tenantId }, query: { limit: '5' } })],
  'GET /configurationSnapshotRestores/{tenantId}/{restoreId}': [
    ({ tenantId, restoreId = '' }) => ({ path: { tenantId, restoreId } }),
  ],
  'POST /configurationSnapshotRestores/{tenantId}/{restoreId}/cancel': [
    ({ tenantId, restoreId = '' }) => ({ path: { tenantId, restoreId } }),
  ],
  'GET /configurationSnapshotRestores/{tenantId}/{restoreId}/conflicts': [
    ({ tenantId, restoreId = '' }) => ({ path: { tenantId, restoreId }, query: { limit: '5' } }),
  ],
  'GET /events/{tenantId}': [
    ({ tenantId }) => ({
      path: { tenantId },
      query: { after: '1', limit: '5', wait: '1', types: 'customer.created,stored_payment_method.created' },
    }),
  ],
  'GET /upg/api/v1/session': [() => ({})],
  'POST /upg/api/v1/payment-requests': [() => ({ body: {} })],
  'POST /upg/api/v1/payments/{token}': [
    ({ paymentRequestToken: token }) => ({
      path: { token },
      body: { paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(visa) },
    }),
    ({ paymentRequestToken: token, paymentInstrumentToken }) => ({
      path: { token },
      body: { paymentMethod: 'CREDIT_CARD', paymentInstrumentToken },
    }),
  ],
  'GET /upg/api/v1/payments/{token}': [({ paymentRequestToken: token }) => ({ path: { token } })],
  'DELETE /upg/api/v1/payments/{token}': [({ paymentRequestToken: token }) => ({ path: { token } })],
  'PUT /upg/api/v1/payments/{token}/authenticate': [
    ({ paymentRequestToken: token }) => ({ path: { token }, body: {} }),
  ],
  'GET /tenants/{tenantId}/settings': [({ tenantId }) => ({ path: { tenantId } })],
  'PUT /tenants/{tenantId}/settings': [({ tenantId }) => ({ path: { tenantId }, body: { ...settings, tenantId } })],
  'GET /tenants/{tenantId}/settings/history': [({ tenantId }) => ({ path: { tenantId }, query: { sliceSize: '50' } })],
  'GET /audit/{tenantId}': [
    ({ tenantId, recordId }) => ({
      path: { tenantId },
      query: { subject_id: recordId, action: 'audit.read', from: '2026-01-01T00:00:00Z', limit: '5' },
    }),
    ({ tenantId, clientId }) => ({ path: { tenantId }, query: { actor_id: clientId } }),
  ],
  'GET /oauth/{tenantId}/jwks': [({ tenantId }) => ({ path: { tenantId } })],
  'POST /oauth/token': [
    ({ clientId }, { clientSecret }) => ({
      body: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
    }),
  ],
};

const states: Readonly<Record<string, RequestState>> = {
  'POST /v1/customers/{customerId}/account/payment-instrument': 'preauthed',
  'POST /v1/customers/create': 'preauthed',
  'PUT /upg/api/v1/payments/{token}/authenticate': 'challenged',
};

/** The samples of an operation; one that is new in the document has none until somebody writes it. */
export function samplesOf({ name }: Operation): readonly SampleOf[] {
  const found = samples[name];
  if (!found) throw new Error(`${name} is documented and has no sample request`);
  return found;
}

/** A customer of the tenant with a record and a payment session, ready for the operation to succeed. */
export async function callerFor(server: TestServer, tenant: TestTenant, { name, path }: Operation): Promise<Caller> {
  const { body: customer } = await server.call('POST', '/v1/customers/create', {
    headers: keyHeader(tenant),
    body: { firstName: 'Ada', lastName: 'Test' },
  });
  const owner = { ...tenant, customerId: customer.id, contactId: customer.contactId };
  const { body: person } = await server.call('POST', '/v1/payments/user-session', {
    headers: keyHeader(tenant),
    body: session,
  });
  const { id: recordId } = await createRecord(server, owner);
  // Only somebody who is no customer yet can become one with an instrument.
  const token = name === 'POST /v1/customers/create' ? person.token : await startSession(server, owner);
  const paymentRequestToken = await beginRequest(server, token);
  const state = states[name] ?? 'created';
  if (state !== 'created') {
    await submitCard(server, token, paymentRequestToken, state === 'challenged' ? challenged : visa);
  }
  const { body } = await readSession(server, token);
  if (name === 'GET /contacts/{tenantId}/{contactId}/erasure') {
    const url = `/contacts/${tenant.tenantId}/${customer.contactId}/erasure`;
    await server.call('POST', url, { headers: bearer(tenant) });
  }
  const file = path.startsWith('/files/') ? (await announce(server, owner)).body : null;
  if (file) await upload(file);
  const customFieldId = `instalments_${recordId}__c`;
  const namesField = path.startsWith('/customFields/');
  if (namesField) {
    await server.call('POST', `/customFields/${tenant.tenantId}`, {
      headers: bearer(tenant),
      body: { ...customField, id: customFieldId },
    });
  }
  return {
    tenant: owner,
    session: token,
    ids: {
      tenantId: tenant.tenantId,
      customerId: customer.id,
      personUuid: person.finionPayCustomerId,
      contactId: customer.contactId,
      merchantAccountId: tenant.merchantAccountId,
      recordId,
      paymentRequestToken,
      paymentInstrumentToken: body.existingPaymentInstruments[0]?.paymentInstrumentToken,
      clientId: tenant.clientId,
      ...(file ? { fileId: file.id } : {}),
      ...(path.startsWith('/bulkDataOperations/')
        ? { bulkDataOperationId: await cancelledOperation(server, tenant) }
        : {}),
      ...(path.startsWith('/bulkLoads/') ? { bulkLoadId: await loadFor(server, tenant, name) } : {}),
      ...(namesField ? { customFieldId } : {}),
      ...(path.startsWith('/configurationSnapshot') ? await snapshotOf(server, tenant) : {}),
      ...(path.startsWith('/recalculations/') ? { recalculationId: await recalculationOf(server, tenant) } : {}),
    },
  };
}

/** Whoever follows a load is answered when it is over. */
async function loadFor(server: TestServer, tenant: TestTenant, name: string): Promise<string> {
  const id = await openLoad(server, tenant);
  if (name.endsWith('/progress')) {
    await server.call('POST', `/bulkLoads/${tenant.tenantId}/${id}/cancel`, { headers: bearer(tenant) });
  }
  return id;
}

async function recalculationOf(server: TestServer, tenant: TestTenant): Promise<string> {
  const { body } = await server.call('POST', `/recalculations/${tenant.tenantId}`, { headers: bearer(tenant) });
  return body.id;
}

async function cancelledOperation(server: TestServer, tenant: TestTenant): Promise<string> {
  const { body } = await orderOperation(server, tenant, { kind: 'delete', all: true });
  await cancelOperation(server, tenant, body.id);
  return body.id;
}

/** A snapshot of the tenant, and a restore of it that waits for a worker. */
async function snapshotOf(server: TestServer, tenant: TestTenant): Promise<Pick<Ids, 'snapshotId' | 'restoreId'>> {
  const headers = bearer(tenant);
  const base = `/configurationSnapshots/${tenant.tenantId}`;
  const { body: snapshot } = await server.call('POST', base, { headers, body: { name: 'Before' } });
  const { body } = await server.call('POST', `${base}/${snapshot.id}/restore`, { headers, body: {} });
  return { snapshotId: snapshot.id, restoreId: body.id };
}

/** The headers by which the caller authenticates for an operation. */
export function credentialsFor(
  { security }: Operation,
  { tenant, session: token }: Credentials,
): Record<string, string> {
  if (security === 'ApiKeyAuth') return keyHeader(tenant);
  if (security === 'knox-authorizer') return bearer(tenant);
  return security === 'SessionToken' ? sessionHeader(token) : {};
}

export const urlOf = ({ path }: Operation, sample: Sample): string => {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(sample.path?.[name] ?? ''));
  const query = new URLSearchParams(sample.query).toString();
  return query === '' ? filled : `${filled}?${query}`;
};

export const send = (server: TestServer, operation: Operation, sample: Sample, caller: Caller): Promise<Answer> =>
  server.call(operation.method, urlOf(operation, sample), {
    headers: credentialsFor(operation, caller),
    ...(sample.body === undefined ? {} : { body: sample.body }),
  });
