import type { Context } from '../../context.ts';
import type { Customer } from '../../contract/customer.ts';
import type { FoundCustomer } from '../../store/customers.ts';
import { billedBankAccount } from '../accounts/billed-bank-account.ts';
import { openCustomer, presentCustomer } from './content.ts';

/** A customer on file with the bank account that they pay from, where it is one. */
export async function presentFound(ctx: Context, row: FoundCustomer): Promise<Customer> {
  const bankAccount = await billedBankAccount(ctx, row);
  return {
    ...presentCustomer(row, openCustomer(ctx, row).person),
    ...(bankAccount.accountHolder === undefined ? {} : { bankAccount }),
  };
}
