import assert from 'node:assert/strict';
import { bearer } from '../main-job.ts';
import { type Operation, operationsOf } from '../openapi-operations.ts';
import { type Caller, callerFor, credentialsFor, samplesOf, urlOf } from '../sample-requests.ts';
import type { Ids, Sample } from '../samples/sample.ts';
import type { TestServer, TestTenant } from '../server.ts';
import type { PlainRequest } from './plain-request.ts';

const json = { 'content-type': 'application/json' };

/** A tenant’s language that nobody takes for the one of an answer to a caller who is not known. */
export const tenantLocale = 'sv';
/** Of answers to callers whose tenant is not known. */
export const nobodysLocale = 'en';

/** The locale that an operation answers in when it knows its caller; without credentials it knows none. */
export const localeOf = ({ name }: Operation): string =>
  name === 'GET /oauth/{tenantId}/jwks' ? nobodysLocale : tenantLocale;

/** A request as a sample has it, with the caller's credentials. */
export function requestOf(
  operation: Operation,
  sample: Sample,
  caller: Pick<Caller, 'tenant' | 'session'>,
): PlainRequest {
  const { body } = sample;
  return {
    method: operation.method,
    url: urlOf(operation, sample),
    headers: { ...credentialsFor(operation, caller), ...(body === undefined ? {} : json) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

export type Ready = {
  caller: Caller;
  /** What succeeds, a request for each of the operation's samples. */
  requests: [PlainRequest, ...PlainRequest[]];
  /** The same with other ids. */
  requestsWith: (ids: Partial<Ids>) => PlainRequest[];
};

function readyAs(caller: Caller, operation: Operation): Ready {
  const requestsWith = (ids: Partial<Ids>): PlainRequest[] =>
    samplesOf(operation).map((sampleOf) =>
      requestOf(operation, sampleOf({ ...caller.ids, ...ids }, caller.tenant), caller),
    );
  const [first, ...others] = requestsWith({});
  if (!first) throw new Error(`${operation.name} has no sample request`);
  return { caller, requests: [first, ...others], requestsWith };
}

/** Where there is no lock, an unlocking changes nothing, whatever version it names. */
async function lock(server: TestServer, { tenant, ids }: Caller): Promise<void> {
  const { status } = await server.call('PUT', `/storedPaymentMethods/${ids.tenantId}/${ids.recordId}/lock`, {
    headers: { ...bearer(tenant), 'if-match': '"1"' },
    body: { reason: 'A disputed charge' },
  });
  assert.equal(status, 200);
}

/** Requests of an operation that succeed, once: their caller and all that they name are made for it. */
export async function readyToSucceed(server: TestServer, tenant: TestTenant, operation: Operation): Promise<Ready> {
  const caller = await callerFor(server, tenant, operation);
  if (operation.name === 'DELETE /storedPaymentMethods/{tenantId}/{id}/lock') await lock(server, caller);
  return readyAs(caller, operation);
}

/** One operation of each kind of thing that is made for the operations on it alone. */
const kindsOfThings =
  /^POST \/(?:contacts|files|customFields|bulkDataOperations|configurationSnapshots|bulkLoads|recalculations)\/\{tenantId\}$/;

/** Requests of any operation for what is refused and changes nothing: one caller serves for all of them. */
export async function readyToFail(server: TestServer, tenant: TestTenant): Promise<(operation: Operation) => Ready> {
  const kinds = (await operationsOf(server)).filter(({ name }) => kindsOfThings.test(name));
  const callers = await Promise.all(kinds.map((operation) => callerFor(server, tenant, operation)));
  const [first] = callers;
  if (!first) throw new Error('there is no operation to make a caller for');
  const ids = callers.reduce((merged, caller) => ({ ...caller.ids, ...merged }), first.ids);
  return (operation) => readyAs({ ...first, ids }, operation);
}

/** Whether it is the token endpoint, with a way of its own to name its caller and to fail. */
export const isToken = ({ path }: Operation): boolean => path === '/oauth/token';

/** Whether it takes bytes of any kind, and no Idempotency-Key. */
export const takesStream = ({ name }: Operation): boolean => name === 'PUT /bulkLoads/{tenantId}/{loadId}/content';

/** The request without some of its headers. */
export const without = (request: PlainRequest, names: readonly string[]): PlainRequest => ({
  ...request,
  headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !names.includes(name))),
});
