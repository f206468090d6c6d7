import type { Context } from '../../context.ts';
import type { Contact, WrittenContact } from '../../contract/contact.ts';
import { OnfileError } from '../../errors.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { checkPerson } from '../customers/rules.ts';
import { operation } from '../operation.ts';
import { changeContact } from './change.ts';
import { contactNames, personOf } from './fields.ts';

const mismatch = (reference: string) => new OnfileError('errormessage.validation.id.mismatch', { reference });

/**
 * Replaces what is known of a contact. An optional field that is left out is cleared, except `is_active`, `status` and
 * `sys_external_id`, which stay. Throws 404 for an unknown id, 409 or 412 for an outdated basis, 400 for rules.
 */
export const updateContact = operation(
  'CONTACT_WRITE',
  async (
    ctx: Context,
    { id, body, ifMatch }: { id: string; body: WrittenContact; ifMatch?: string | undefined },
  ): Promise<Contact> => {
    if (body.id !== undefined && body.id !== id) throw mismatch('id');
    refuseCardNumbers(body);
    const person = personOf(body);
    checkPerson(person, ctx.now(), contactNames);
    return changeContact(ctx, id, {
      action: 'contact.updated',
      preconditions: { ifMatch, sysVersion: body.sys_version, sysLastModifiedAt: body.sys_last_modified_at },
      next: ({ row, person: known }) => {
        if (body.customer_id !== undefined && body.customer_id !== row.customer_id) throw mismatch('customer_id');
        return {
          status: body.status ?? row.status,
          is_active: body.is_active ?? row.is_active,
          person: { ...person, thirdPartyId: person.thirdPartyId ?? known.thirdPartyId },
        };
      },
    });
  },
);
