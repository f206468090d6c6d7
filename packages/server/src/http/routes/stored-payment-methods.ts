import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { PageQuery, pageOf } from '../../contract/records-dialect.ts';
import {
  StoredPaymentMethod,
  StoredPaymentMethodCreation,
  StoredPaymentMethodReplacement,
} from '../../contract/stored-payment-method.ts';
import { entityTag } from '../../ops/preconditions.ts';
import { createStoredPaymentMethod } from '../../ops/stored-payment-methods/create.ts';
import { deleteStoredPaymentMethod } from '../../ops/stored-payment-methods/delete.ts';
import { getStoredPaymentMethod } from '../../ops/stored-payment-methods/get.ts';
import { listContactsStoredPaymentMethods } from '../../ops/stored-payment-methods/list-by-contact.ts';
import { replaceStoredPaymentMethod } from '../../ops/stored-payment-methods/replace.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

const tenantPath = { tenantId: Type.String() };
const recordPath = Type.Object({ ...tenantPath, id: Type.String() });

const tagged = (record: StoredPaymentMethod) => ({
  headers: { etag: entityTag(record.sys_version ?? 0) },
  body: record,
});

/** Stored payment method records, in the paths and words of the Records API. */
export function serveStoredPaymentMethods(app: App, services: Services): void {
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
    input: ({ body }) => ({ body }),
    present: (record, { tenantId }) => ({
      status: 201,
      headers: { etag: entityTag(record.sys_version ?? 0), location: `/storedPaymentMethods/${tenantId}/${record.id}` },
      body: record,
    }),
  });

  serveEndpoint(app, services, {
    method: 'GET',
    url: '/storedPaymentMethods/:tenantId/:id',
    security: 'access-token',
    operation: getStoredPaymentMethod,
    summary: 'Read a stored payment method',
    tag: 'Records API',
    params: recordPath,
    success: { schema: StoredPaymentMethod },
    input: ({ params }) => ({ id: params.id }),
    present: tagged,
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
    input: ({ params, query }) => ({ contactId: params.contactId, query }),
    present: (page) => ({ body: page }),
  });
}
