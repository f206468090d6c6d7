import { bearer } from './main-job.ts';
import type { Answer, TestServer, TestTenant } from './server.ts';

export const names = { first_name: 'Grace', last_name: 'Hopper' };

/** Every field that a caller can say of a contact. */
export const wholeContact = {
  ...names,
  address: { city: 'London', country: 'GB', house_number: '12 b', line1: 'Harbour Road', postal_code: 'SW1A 1AA' },
  customer_number: 'C-17',
  date_of_birth: '1986-12-09',
  email: 'grace@example.com',
  is_active: true,
  phone: '+44 7700 900123',
  preferred_language: 'en-GB',
  status: 'PROSPECT',
  sys_external_id: 'crm-5',
};

/** A request about a tenant's contacts; the path is what follows the tenant. */
export const callContacts = (
  server: TestServer,
  tenant: TestTenant,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> =>
  server.call(method, `/contacts/${tenant.tenantId}${path}`, { headers: { ...bearer(tenant), ...headers }, body });
