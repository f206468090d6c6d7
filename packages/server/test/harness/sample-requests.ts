import { cancelOperation, orderOperation } from './bulk-data-operations.ts';
import { openLoad } from './bulk-loads.ts';
import { announce, upload } from './files.ts';
import { readSession } from './gateway.ts';
import {
  bearer,
  beginRequest,
  challenged,
  createRecord,
  keyHeader,
  sessionHeader,
  startSession,
  submitCard,
  visa,
} from './main-job.ts';
import type { Operation } from './openapi-operations.ts';
import { customField, session } from './samples/bodies.ts';
import { bulkSamples } from './samples/bulk.ts';
import { configurationSamples } from './samples/configuration.ts';
import { paymentSamples } from './samples/payments.ts';
import { recordSamples } from './samples/records.ts';
import type { Ids, Sample, SampleOf, Samples } from './samples/sample.ts';
import type { Answer, TestServer, TestTenant } from './server.ts';

/** What state a payment request must be in for the sample to succeed. */
type RequestState = 'created' | 'challenged' | 'preauthed';
/** Whose credentials a request carries; the session is its token. */
export type Credentials = { tenant: TestTenant; session: string };
export type Caller = Credentials & { ids: Ids };

/** At least one request for every documented operation, which succeeds with the caller's own ids. */
const samples: Samples = { ...paymentSamples, ...recordSamples, ...bulkSamples, ...configurationSamples };

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
