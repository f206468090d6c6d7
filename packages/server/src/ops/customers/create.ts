import type { Context } from '../../context.ts';
import type { Customer, CustomerCreation } from '../../contract/customer.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { operation } from '../operation.ts';
import { addCustomer } from './add.ts';
import { presentCustomer } from './content.ts';
import { checkPerson } from './rules.ts';

const names = { country: 'country', dateOfBirth: 'dateOfBirth', preferredLanguage: 'preferredLanguage' };

/** Adds a customer; only the names are required. Throws 400 naming the field that breaks a rule. */
export const createCustomer = operation(
  'CUSTOMER_WRITE',
  async (ctx: Context, { body }: { body: CustomerCreation }): Promise<Customer> => {
    refuseCardNumbers(body);
    const { status = 'MEMBER', ...person } = body;
    checkPerson(person, ctx.now(), names);
    return addCustomer(ctx, 'customer.created', { status, is_active: true, person }, presentCustomer);
  },
);
