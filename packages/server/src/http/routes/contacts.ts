import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { Contact, ContactPage, WrittenContact } from '../../contract/contact.ts';
import { PageQuery } from '../../contract/records-dialect.ts';
import { createContact } from '../../ops/contacts/create.ts';
import { deactivateContact } from '../../ops/contacts/deactivate.ts';
import { getContact } from '../../ops/contacts/get.ts';
import { listContacts } from '../../ops/contacts/list.ts';
import { updateContact } from '../../ops/contacts/update.ts';
import { entityTag } from '../../ops/preconditions.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

const tenantPath = { tenantId: Type.String() };
const contactPath = Type.Object({ ...tenantPath, contactId: Type.String() });

const tagged = (contact: Contact) => ({ headers: { etag: entityTag(contact.sys_version) }, body: contact });

/** Customers under the name and the words that the Records API has for them. */
export function serveContacts(app: App, services: Services): void {
  const shared = { security: 'access-token', tag: 'Records API' } as const;

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    url: '/contacts/:tenantId',
    operation: createContact,
    summary: 'Create a contact',
    description: 'The contact is a customer of the Customer API at once. The server makes both ids.',
    params: Type.Object(tenantPath),
    body: WrittenContact,
    success: { status: 201, schema: Contact },
    failures: [404],
    input: ({ body }) => ({ body }),
    present: (contact) => ({ ...tagged(contact), status: 201 }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/contacts/:tenantId',
    operation: listContacts,
    summary: 'List the contacts',
    params: Type.Object(tenantPath),
    query: PageQuery,
    success: { schema: ContactPage },
    input: ({ query }) => query,
    present: (page) => ({ body: page }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    url: '/contacts/:tenantId/:contactId',
    operation: getContact,
    summary: 'Read a contact',
    params: contactPath,
    success: { schema: Contact },
    input: ({ params }) => ({ id: params.contactId }),
    present: tagged,
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'PUT',
    url: '/contacts/:tenantId/:contactId',
    operation: updateContact,
    summary: 'Replace a contact',
    description:
      'Replaces the contact as a whole. An optional field that is left out or `null` is cleared, except `is_active`, ' +
      '`status` and `sys_external_id`, which stay.',
    params: contactPath,
    body: WrittenContact,
    success: { schema: Contact },
    failures: [412, 428],
    takesIfMatch: true,
    input: ({ params, body, ifMatch }) => ({ id: params.contactId, body, ifMatch }),
    present: tagged,
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'DELETE',
    url: '/contacts/:tenantId/:contactId',
    operation: deactivateContact,
    summary: 'Deactivate a contact',
    description:
      'The contact stays readable and gets no new payment methods. Replace it with `is_active` true to undo.',
    params: contactPath,
    success: { schema: Contact },
    failures: [412, 428],
    takesIfMatch: true,
    input: ({ params, ifMatch }) => ({ id: params.contactId, ifMatch }),
    present: tagged,
  });
}
