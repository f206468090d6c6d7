import type { Context } from '../../context.ts';
import type { Contact, WrittenContact } from '../../contract/contact.ts';
import { OnfileError } from '../../errors.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { addCustomer } from '../customers/add.ts';
import { checkPerson } from '../customers/rules.ts';
import { operation } from '../operation.ts';
import { contactNames, personOf, presentContact } from './fields.ts';

/** Adds a contact, who is a customer at once, under ids that the server makes. Throws 400 when the body brings one. */
export const createContact = operation(
  'CONTACT_WRITE',
  async (ctx: Context, { body }: { body: WrittenContact }): Promise<Contact> => {
    refuseLimitedCaller(ctx, 'CONTACT_WRITE');
    for (const made of ['id', 'customer_id'] as const) {
      if (body[made] !== undefined) {
        throw new OnfileError('errormessage.validation.server.generated', { reference: made });
      }
    }
    refuseCardNumbers(body);
    const person = personOf(body);
    checkPerson(person, ctx.now(), contactNames);
    const { status = 'MEMBER', is_active = true } = body;
    return addCustomer(ctx, 'contact.created', { status, is_active, person }, presentContact);
  },
);
