import { bearer, keyHeader } from '../harness/main-job.ts';
import type { Answer } from '../harness/server.ts';
import type { Place } from './deployment.ts';
import type { RecordRequest, Request } from './request.ts';
import type { Json } from './state.ts';
import { type Bindings, resolve } from './symbols.ts';

const methods = { create: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE' } as const;

/** Sends a request over HTTP. `tokens` are the payment requests' by their names. */
export function send(place: Place, tokens: ReadonlyMap<string, string>, request: Request): Promise<Answer> {
  const { own, other, bindings, server } = place;
  const inPlace = (value: unknown) => resolve(value, bindings);
  const headers = {
    ...(request.key === undefined ? {} : { 'idempotency-key': inPlace(`{sequence}-${request.key}`) }),
    ...('ifMatch' in request && request.ifMatch !== undefined ? { 'if-match': inPlace(request.ifMatch) } : {}),
  };
  if (request.verb === 'bill') {
    const { customerId } = request.customer === 'own' ? own : other;
    return server.call('POST', `/v1/customers/${customerId}/account/payment-instrument`, {
      headers: { ...keyHeader(own), ...headers },
      body: { paymentRequestToken: tokens.get(request.request) ?? 'nobodys' },
    });
  }
  const [method, path, body] = recordCall(request, bindings);
  return server.call(method, `/storedPaymentMethods/${own.tenantId}${path}`, {
    headers: { ...bearer(own), ...headers },
    ...(body === undefined ? {} : { body: inPlace(body) }),
  });
}

function recordCall(request: Exclude<Request, { verb: 'bill' }>, bindings: Bindings): [string, string, Json?] {
  const path = 'record' in request ? `/${resolve(`{${request.record}}`, bindings)}` : '';
  switch (request.verb) {
    case 'restore':
      return ['POST', `${path}/restore`, request.body];
    case 'batch':
      return ['POST', '/batch', { operations: request.operations.map(batchOperation) }];
    case 'create':
    case 'put':
    case 'patch':
    case 'delete':
      return [methods[request.verb], path, bodyOf(request)];
  }
}

function bodyOf(request: RecordRequest): Json | undefined {
  if (request.verb === 'delete') return undefined;
  return request.verb === 'patch' ? request.patch : request.body;
}

const batchOperation = (request: RecordRequest): Json => {
  const body = bodyOf(request);
  return {
    method: methods[request.verb],
    ...('record' in request ? { id: `{${request.record}}` } : {}),
    ...(body === undefined ? {} : { body }),
  };
};
