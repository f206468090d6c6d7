import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { Customer, CustomerCreation, CustomerSlice, SliceQuery } from '../../contract/customer.ts';
import { int64 } from '../../contract/schema.ts';
import { createCustomer } from '../../ops/customers/create.ts';
import { getCustomer } from '../../ops/customers/get.ts';
import { listCustomers } from '../../ops/customers/list.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

/** Customers, in the paths and words of the Customer API. */
export function serveCustomers(app: App, services: Services): void {
  serveEndpoint(app, services, {
    method: 'POST',
    url: '/v1/customers/create',
    security: 'api-key',
    operation: createCustomer,
    summary: 'Create a customer',
    description:
      'Only the names are required. The customer is a contact of the Records API at once. With a ' +
      '`paymentRequestToken` the person of its session becomes the customer, `uuid` and all, with what was entered as ' +
      'the payment instrument of the account; that also needs the scope `PAYMENT_WRITE`.',
    tag: 'Customer API',
    body: CustomerCreation,
    success: { schema: Customer },
    failures: [404],
    input: ({ body }) => ({ body }),
    present: (customer) => ({ body: customer }),
  });

  serveEndpoint(app, services, {
    method: 'GET',
    url: '/v1/customers/:customerId',
    security: 'api-key',
    operation: getCustomer,
    summary: 'Read a customer',
    tag: 'Customer API',
    params: Type.Object({ customerId: int64() }),
    success: { schema: Customer },
    input: ({ params }) => ({ customerId: params.customerId }),
    present: (customer) => ({ body: customer }),
  });

  serveEndpoint(app, services, {
    method: 'GET',
    url: '/v1/customers',
    security: 'api-key',
    operation: listCustomers,
    summary: 'List the customers',
    tag: 'Customer API',
    query: SliceQuery,
    success: { schema: CustomerSlice },
    input: ({ query }) => query,
    present: (slice) => ({ body: slice }),
  });
}
