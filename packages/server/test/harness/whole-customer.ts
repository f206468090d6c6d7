import { cellsOf, loadRows } from './bulk-loads.ts';
import { fileValue, storeFile } from './files.ts';
import { assertOk } from './gateway.ts';
import {
  bearer,
  beginRequest,
  createRecord,
  keyHeader,
  putRecord,
  replaceInstrument,
  startSession,
  submitCard,
} from './main-job.ts';
import type { TestServer, TestTenant } from './server.ts';

/** A customer of whom there is everything that Onfile can keep, and every text that tells of them. */
export type WholeCustomer = {
  tenant: TestTenant;
  /** What nobody may find any more once the customer is erased, by name. */
  told: ReadonlyMap<string, string>;
  recordIds: string[];
  fileId: string;
};

/**
 * Makes a customer of the tenant's whose every fact bears `mark`: cards entered and written, a bank account, versions,
 * custom values, a file, sessions, a loaded record, a deleted one, each change asked for under an Idempotency-Key. The
 * tenant has the custom fields `badge__c`, filterable, and `contract__c`, a file.
 */
export async function wholeCustomer(server: TestServer, of: TestTenant, mark: string): Promise<WholeCustomer> {
  const keyed = () => ({ 'idempotency-key': crypto.randomUUID() });
  const told = new Map<string, string>();
  const tell = (name: string, text: string = `${name}-${mark}`): string => {
    told.set(name, text);
    return text;
  };
  const { body: contact } = await server.call('POST', `/contacts/${of.tenantId}`, {
    headers: { ...bearer(of), ...keyed() },
    body: {
      first_name: tell('first'),
      last_name: tell('last'),
      email: tell('email', `${mark}@example.com`),
      phone: '+49 30 901820',
      date_of_birth: '1931-03-07',
      address: { line1: tell('street'), city: tell('town'), country: 'DE' },
    },
  });
  const tenant = { ...of, contactId: contact.id, customerId: contact.customer_id };
  await server.call('PUT', `/contacts/${of.tenantId}/${contact.id}`, {
    headers: { ...bearer(of), ...keyed() },
    body: { ...contact, last_name: tell('renamed') },
  });
  const file = await storeFile(server, tenant, undefined, { file_name: `${tell('file')}.pdf` });
  const record = await createRecord(server, tenant, {
    name: tell('card'),
    name_on_account: tell('holder'),
    sys_external_id: tell('external'),
    billing_address: { line1: tell('billing') },
    merchant_account_tokens: [{ merchant_account_id: of.merchantAccountId, token: tell('token') }],
    custom_field_values: [{ custom_field_id: 'badge__c', string_value: tell('badge') }, fileValue(file)],
  });
  assertOk(await putRecord(server, tenant, { ...record, name: tell('second-name') }, { headers: keyed() }));
  const account = await createRecord(server, tenant, {
    type: 'electronic check',
    credit_card_type: 'other',
    last_four_digits: '9307',
    expires: undefined,
    name_on_account: tell('payer'),
  });
  const deleted = await createRecord(server, tenant, { name: tell('deleted') });
  assertOk(
    await server.call('DELETE', `/storedPaymentMethods/${of.tenantId}/${deleted.id}`, {
      headers: { ...bearer(of), ...keyed() },
    }),
  );
  const session = await startSession(server, tenant, { referenceText: tell('reference') });
  const request = await beginRequest(server, session);
  assertOk(await submitCard(server, session, request, '5555555555554444', { cardHolder: tell('entered') }));
  const { body: billed } = await replaceInstrument(server, tenant, request, { headers: keyed() });
  const open = await startSession(server, tenant, { referenceText: tell('open-reference') });
  assertOk(
    await submitCard(server, open, await beginRequest(server, open), '378282246310005', { cardHolder: tell('unused') }),
  );
  await loadRows(server, tenant, [cellsOf(tenant, tell('loaded'), { name_on_account: tell('loaded-holder') })]);
  await server.call('GET', `/v1/customers/${tenant.customerId}/self-service/payment-data`, { headers: keyHeader(of) });
  return {
    tenant,
    told,
    recordIds: [record.id, account.id, deleted.id, billed?.storedPaymentMethodId],
    fileId: file['id'],
  };
}
