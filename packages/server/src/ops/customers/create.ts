import type { Context } from '../../context.ts';
import type { Customer, CustomerCreation } from '../../contract/customer.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { operation, requireScope } from '../operation.ts';
import { addCustomer } from './add.ts';
import { addCustomerWithInstrument } from './add-with-instrument.ts';
import { presentCustomer } from './content.ts';
import { checkPerson } from './rules.ts';

const names = { country: 'country', dateOfBirth: 'dateOfBirth', preferredLanguage: 'preferredLanguage' };

/**
 * Adds a customer; only the names are required. Throws 400 naming the field that breaks a rule. With a payment request
 * token, whose use needs PAYMENT_WRITE too, the new account bills what was entered for it.
 */
export const createCustomer = operation(
  'CUSTOMER_WRITE',
  async (ctx: Context, { body }: { body: CustomerCreation }): Promise<Customer> => {
    const { status = 'MEMBER', paymentRequestToken, ...person } = body;
    if (paymentRequestToken !== undefined) requireScope(ctx, 'PAYMENT_WRITE');
    refuseCardNumbers(person);
    checkPerson(person, ctx.now(), names);
    const given = { status, is_active: true, person };
    return paymentRequestToken === undefined
      ? addCustomer(ctx, 'customer.created', given, presentCustomer)
      : addCustomerWithInstrument(ctx, given, paymentRequestToken);
  },
);
