import type { Context } from '../../context.ts';
import type { Customer, Person } from '../../contract/customer.ts';
import { type DataKey, open, seal } from '../../crypto/envelope.ts';
import { type CustomerRow, customersKey, type FoundCustomer } from '../../store/customers.ts';

/** A customer in clear, with the key that the personal part is sealed under. */
export type OpenedCustomer = { row: FoundCustomer; person: Person; dataKey: DataKey };

type SealedVersion = Pick<CustomerRow, 'customer_id' | 'version'>;

const bindingOf = (tenantId: string, row: SealedVersion) =>
  [tenantId, 'customers', String(row.customer_id), 'content', row.version] as const;

/** Binds what is known of the person to the customer's id and version. */
export const sealPerson = (tenantId: string, row: SealedVersion, person: Person, dataKey: DataKey): Buffer =>
  seal(JSON.stringify(person), dataKey, bindingOf(tenantId, row));

/** Opens what is known of the person. Throws `SealBroken` when the row was changed or moved. */
export function openCustomer(ctx: Pick<Context, 'tenant' | 'keys'>, row: FoundCustomer): OpenedCustomer {
  const dataKey = ctx.keys.customerKey(customersKey(row));
  const person: Person = JSON.parse(open(row.sealed, dataKey, bindingOf(ctx.tenant.tenantId, row)).toString('utf8'));
  return { row, person, dataKey };
}

/** The customer as the Customer API shows it; a fact that is not known is left out. */
export const presentCustomer = (row: CustomerRow, person: Person): Customer => ({
  ...person,
  contactId: row.contact_id,
  id: row.customer_id,
  status: row.status,
  uuid: row.customer_uuid,
});
