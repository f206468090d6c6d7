import type { Context } from '../../context.ts';
import type { Contact } from '../../contract/contact.ts';
import { operation } from '../operation.ts';
import { changeContact } from './change.ts';

/**
 * Deactivates a contact, who stays readable and gets no new payment methods. One that is not active is answered as it
 * is, whatever the precondition: the state asked for is there (RFC 9110, 13.1.1). Throws 404, 412 or 428.
 */
export const deactivateContact = operation(
  'CONTACT_WRITE',
  async (ctx: Context, { id, ifMatch }: { id: string; ifMatch?: string | undefined }): Promise<Contact> =>
    changeContact(ctx, id, {
      action: 'contact.deactivated',
      preconditions: { ifMatch },
      next: ({ row, person }) => (row.is_active ? { status: row.status, is_active: false, person } : null),
    }),
);
