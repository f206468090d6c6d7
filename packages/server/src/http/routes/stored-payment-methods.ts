import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { bodyReader } from '../../contract/body-reader.ts';
import { GatewayTokens } from '../../contract/gateway-tokens.ts';
import { JsonPatch } from '../../contract/json-patch.ts';
import { PageQuery, pageOf } from '../../contract/records-dialect.ts';
import {
  StoredPaymentMethod,
  StoredPaymentMethodCreation,
  StoredPaymentMethodReplacement,
} from '../../contract/stored-payment-method.ts';
import {
  StoredPaymentMethodBatch,
  StoredPaymentMethodBatchResults,
} from '../../contract/stored-payment-method-batch.ts';
import { AsOfQuery } from '../../contract/stored-payment-method-history.ts';
import { StoredPaymentMethodPage, StoredPaymentMethodQuery } from '../../contract/stored-payment-method-list.ts';
import type { OnfileError } from '../../errors.ts';
import { listGatewayTokens } from '../../ops/gateway-tokens/list.ts';
import { entityTag } from '../../ops/preconditions.ts';
import { type BatchOutcome, batchStoredPaymentMethods } from '../../ops/stored-payment-methods/batch.ts';
import { createStoredPaymentMethod } from '../../ops/stored-payment-methods/create.ts';
import { deleteStoredPaymentMethod } from '../../ops/stored-payment-methods/delete.ts';
import { getStoredPaymentMethod } from '../../ops/stored-payment-methods/get.ts';
import { listStoredPaymentMethods } from '../../ops/stored-payment-methods/list.ts';
import { listContactsStoredPaymentMethods } from '../../ops/stored-payment-methods/list-by-contact.ts';
import { patchStoredPaymentMethod } from '../../ops/stored-payment-methods/patch.ts';
import { replaceStoredPaymentMethod } from '../../ops/stored-payment-methods/replace.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

const tenantPath = { tenantId: Type.String() };
const recordPath = Type.Object({ ...tenantPath, id: Type.String() });

const tagged = (record: StoredPaymentMethod) => ({
  headers: { etag: entityTag(record.sys_version ?? 0) },
  body: record,
});

function presentBatch(outcomes: readonly BatchOutcome[], _: unknown, explain: (error: OnfileError) => object) {
  const errors = outcomes.filter((outcome) => 'error' in outcome).length;
  const results = outcomes.map((outcome) =>
    'error' in outcome
      ? { status: outcome.error.status, id: outcome.id, error: explain(outcome.error) }
      : { status: outcome.status, id: outcome.id, body: outcome.body },
  );
  return { body: { error_count: errors, results, success_count: outcomes.length - errors } };
}

/** Stored payment method records, in the paths and words of the Records API. */
export function serveStoredPaymentMethods(app: App, services: Services): void {
  const read = {
    creation: bodyReader(StoredPaymentMethodCreation),
    replacement: bodyReader(StoredPaymentMethodReplacement),
    patch: bodyReader(JsonPatch, { keepsNulls: true }),
  };

  serveEndpoint(app, services, {
    method: 'PUT',
    url: '/storedPaymentMethods/:tenantId/:id',
    security: 'access-token',
    operation: replaceStoredPaymentMethod,
    summary: 'Replace a stored payment method',
    description:
      'Replaces the record as a whole. An optional field that is left out or `null` is cleared, except ' +
      '`custom_field_values`, `sys_locked`, `sys_external_id` and `sys_snapshot_base_version`, which stay.',
    tag: 'Records API',
    params: recordPath,
    body: StoredPaymentMethodReplacement,
    success: { schema: StoredPaymentMethod },
    failures: [412, 428],
    takesIfMatch: true,
    input: ({ params, body, ifMatch }) => ({ id: params.id, body, ifMatch }),
    present: tagged,
  });

  serveEndpoint(app, services, {
    method: 'PATCH',
    url: '/storedPaymentMethods/:tenantId/:id',
    security: 'access-token',
    operation: patchStoredPaymentMethod,
    summary: 'Change parts of a stored payment method',
    description:
      'A JSON Patch (RFC 6902) of what GET answers, as `application/json-patch+json` or `application/json`. What comes ' +
      'out obeys the rules of PUT; a field that is removed or `null` is cleared. Patches of different fields at the ' +
      'same time all take effect: let the patch `test` what it relies on, or send `If-Match`.',
    tag: 'Records API',
    params: recordPath,
    body: JsonPatch,
    success: { schema: StoredPaymentMethod },
    failures: [412, 428],
    takesIfMatch: true,
    keepsNulls: true,
    input: ({ params, body, ifMatch }) => ({ id: params.id, patch: body, readBody: read.replacement, ifMatch }),
    present: tagged,
  });

  serveEndpoint(app, services, {
    method: 'DELETE',
    url: '/storedPaymentMethods/:tenantId/:id',
    security: 'access-token',
    operation: deleteStoredPaymentMethod,
    summary: 'Delete a stored payment method',
    description:
      'Answers the record as it was deleted. Its history stays; its external id is free again. A record that is ' +
      'locked, or that a customer account bills, is refused with 409, and `sys_deleted_by_id` then names who tried.',
    tag: 'Records API',
    params: recordPath,
    success: { schema: StoredPaymentMethod },
    failures: [412, 428],
    takesIfMatch: true,
    input: ({ params, ifMatch }) => ({ id: params.id, ifMatch }),
    present: tagged,
  });

  serveEndpoint(app, services, {
    method: 'POST',
    url: '/storedPaymentMethods/:tenantId',
    security: 'access-token',
    operation: createStoredPaymentMethod,
    summary: 'Put a payment method on file',
    description: 'The server makes the id; a body that brings one is refused.',
    tag: 'Records API',
    params: Type.Object(tenantPath),
    body: StoredPaymentMethodCreation,
    success: { status: 201, schema: StoredPaymentMethod },
    failures: [404],
    input: ({ body }) => ({ body }),
    present: (record, { tenantId }) => ({
      status: 201,
      headers: { etag: entityTag(record.sys_version ?? 0), location: `/storedPaymentMethods/${tenantId}/${record.id}` },
      body: record,
    }),
  });

  serveEndpoint(app, services, {
    method: 'POST',
    url: '/storedPaymentMethods/:tenantId/batch',
    security: 'access-token',
    operation: batchStoredPaymentMethods,
    summary: 'Make several changes in one request',
    description:
      'Runs the operations in their order, each by itself: one that fails stops none of the others, and each is ' +
      'answered as it would be alone. There is no `If-Match` here: name `sys_version` in a PUT, `test` in a PATCH.',
    tag: 'Records API',
    params: Type.Object(tenantPath),
    body: StoredPaymentMethodBatch,
    success: { schema: StoredPaymentMethodBatchResults },
    keepsNulls: true,
    input: ({ body }) => ({ operations: body.operations, read }),
    present: presentBatch,
  });

  serveEndpoint(app, services, {
    method: 'GET',
    url: '/storedPaymentMethods/:tenantId/:id',
    security: 'access-token',
    operation: getStoredPaymentMethod,
    summary: 'Read a stored payment method',
    description: 'With `as_of` as it was in a version or at an instant, also when it is deleted now.',
    tag: 'Records API',
    params: recordPath,
    query: AsOfQuery,
    success: { schema: StoredPaymentMethod },
    input: ({ params, query }) => ({ id: params.id, asOf: query.as_of }),
    present: tagged,
  });

  serveEndpoint(app, services, {
    method: 'GET',
    url: '/storedPaymentMethods/:tenantId/:id/tokens',
    security: 'access-token',
    operation: listGatewayTokens,
    summary: 'Read where a stored payment method stands at each merchant account',
    description:
      'A merchant account whose gateway failed when the method was entered gets its token later, which makes a version ' +
      'of the record; tokens that were replaced are deleted at their gateways. What is still to be done shows here.',
    tag: 'Records API',
    params: recordPath,
    success: { schema: GatewayTokens },
    input: ({ params }) => ({ id: params.id }),
    present: (tokens) => ({ body: tokens }),
  });

  serveEndpoint(app, services, {
    method: 'GET',
    url: '/storedPaymentMethods/:tenantId',
    security: 'access-token',
    operation: listStoredPaymentMethods,
    summary: 'List stored payment methods',
    description:
      'Filters add up. In the order of `sys_created_at` a walk misses and repeats nothing, whatever is written ' +
      'meanwhile; in another order, a record that changes is met where it then stands. Of large records a page holds ' +
      'fewer than `limit`: go on until there is no `LastEvaluatedKey`.',
    tag: 'Records API',
    params: Type.Object(tenantPath),
    query: StoredPaymentMethodQuery,
    success: { schema: StoredPaymentMethodPage },
    input: ({ query }) => query,
    present: (page) => ({ body: page }),
  });

  serveEndpoint(app, services, {
    method: 'GET',
    url: '/storedPaymentMethods/:tenantId/contact/:contactId',
    security: 'access-token',
    operation: listContactsStoredPaymentMethods,
    summary: 'List the stored payment methods of a contact',
    tag: 'Records API',
    params: Type.Object({ ...tenantPath, contactId: Type.String() }),
    query: PageQuery,
    success: { schema: pageOf(StoredPaymentMethod) },
    answersUnknown: true,
    input: ({ params, query }) => ({ contactId: params.contactId, query }),
    present: (page) => ({ body: page }),
  });
}
