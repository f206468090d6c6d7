import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { Erasure } from '../../contract/erasure.ts';
import { eraseContact } from '../../ops/contacts/erase.ts';
import { getErasure } from '../../ops/contacts/get-erasure.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

const params = Type.Object({ tenantId: Type.String(), contactId: Type.String() });

/** That a contact wants to be forgotten, and what came of it. */
export function serveErasures(app: App, services: Services): void {
  const shared = {
    security: 'access-token',
    tag: 'Records API',
    url: '/contacts/:tenantId/:contactId/erasure',
    params,
  } as const;

  serveEndpoint(app, services, {
    ...shared,
    method: 'POST',
    operation: eraseContact,
    summary: 'Erase a contact for good',
    description:
      'Destroys the keys of everything that is known of the contact: its data, its payment methods with their earlier ' +
      'versions, numbers, files, sessions, and the details of its audit. Nobody can read any of it when this is answered, ' +
      'and nothing brings it back. Ids, versions, times and the audit’s shell stay. 409 while a payment method is locked. ' +
      'A contact that is erased already is answered as it is.',
    success: { status: 202, schema: Erasure },
    input: ({ params: { contactId } }) => ({ id: contactId }),
    present: (erasure) => ({ status: 202, body: erasure }),
  });

  serveEndpoint(app, services, {
    ...shared,
    method: 'GET',
    operation: getErasure,
    summary: 'Read how far the erasure of a contact has got',
    success: { schema: Erasure },
    input: ({ params: { contactId } }) => ({ id: contactId }),
    present: (erasure) => ({ body: erasure }),
  });
}
