import { after, before, describe, it } from 'node:test';
import { callContacts, names } from './harness/contacts.ts';
import { callCustomFields } from './harness/custom-fields.ts';
import { pickCard, readInstrument, useCard, withNewCustomer } from './harness/gateway.ts';
import { enter, entries } from './harness/instruments.ts';
import {
  bearer,
  createRecord,
  enterCard,
  getRecord,
  keyHeader,
  mastercard,
  putRecord,
  replaceInstrument,
} from './harness/main-job.ts';
import { assertOneOfThem, type Rivals } from './harness/rivals.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let made = 0;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme', {
    permittedPaymentChoices: { MEMBER_ACCOUNT: ['CREDIT_CARD', 'CASH'], ECOM: null },
  });
});

after(() => server.stop());

const first = { 'if-match': '"1"' };

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = first): Promise<Answer> =>
  server.call(method, path, { headers: { ...bearer(acme), ...headers }, ...(body === undefined ? {} : { body }) });

const ofRecord =
  (change: (path: string, record: Record<string, any>) => Promise<Answer>) => async (): Promise<Rivals> => {
    const record = await createRecord(server, acme);
    const path = `/storedPaymentMethods/acme/${record['id']}`;
    const other = () => putRecord(server, acme, { ...record, name: 'Other' }, { headers: first });
    return { change: () => change(path, record), other };
  };

const rename = [{ op: 'replace', path: '/name', value: 'Changed' }];
const tested = [{ op: 'test', path: '/sys_version', value: 1 }, ...rename];

const ofAccount = (begin: (ada: TestTenant) => Promise<string>) => async (): Promise<Rivals> => {
  const ada = await withNewCustomer(server, acme);
  await useCard(server, ada, mastercard);
  const [one, another] = [await begin(ada), await enterCard(server, ada)];
  const headers = { 'if-match': (await readInstrument(server, ada)).headers.get('etag') ?? '' };
  return {
    change: () => replaceInstrument(server, ada, one, { headers }),
    other: () => replaceInstrument(server, ada, another, { headers }),
  };
};

/** The other one is of the record, in the other dialect. */
const ofAccountsRecord = (begin: (ada: TestTenant) => Promise<string>) => async (): Promise<Rivals> => {
  const ada = await withNewCustomer(server, acme);
  const { storedPaymentMethodId: id } = await useCard(server, ada, mastercard);
  const token = await begin(ada);
  const headers = { 'if-match': (await readInstrument(server, ada)).headers.get('etag') ?? '' };
  const { body: record } = await getRecord(server, ada, id);
  return {
    change: () => replaceInstrument(server, ada, token, { headers }),
    other: () => putRecord(server, ada, { ...record, name: 'Other' }, { headers: first }),
  };
};

const ofContact = (change: (path: string) => Promise<Answer>) => async (): Promise<Rivals> => {
  const { body } = await callContacts(server, acme, 'POST', '', { body: names });
  const path = `/contacts/acme/${body.id}`;
  return { change: () => change(path), other: () => call('PUT', path, { ...names, last_name: 'Other' }) };
};

const ofMerchantAccount = (change: (path: string) => Promise<Answer>) => async (): Promise<Rivals> => {
  const { body } = await call('POST', '/merchantAccounts/acme', { name: 'Pool', is_active: false }, {});
  const path = `/merchantAccounts/acme/${body.id}`;
  return { change: () => change(path), other: () => call('PUT', path, { name: 'Other' }) };
};

const ofCustomField = (change: (path: string, field: object) => Promise<Answer>) => async (): Promise<Rivals> => {
  made += 1;
  const field = { id: `field_${made}__c`, name: 'Field', type: 'string' };
  await callCustomFields(server, acme, 'POST', '', field);
  const path = `/customFields/acme/${field.id}`;
  return { change: () => change(path, field), other: () => call('PUT', path, { ...field, name: 'Other' }) };
};

async function ofSettings(): Promise<Rivals> {
  made += 1;
  const shop = await server.tenant(`shop-${made}`);
  const path = `/tenants/${shop.tenantId}/settings`;
  const { body } = await server.call('GET', path, { headers: keyHeader(shop) });
  const put = (name: string) =>
    server.call('PUT', path, { headers: { ...keyHeader(shop), ...first }, body: { ...body, name } });
  return { change: () => put('Changed'), other: () => put('Other') };
}

const changes: Record<string, () => Promise<Rivals>> = {
  'replacing a record': ofRecord((path, record) => call('PUT', path, { ...record, name: 'Changed' })),
  'replacing a record by its version in the body': ofRecord((path, record) =>
    call('PUT', path, { ...record, name: 'Changed' }, {}),
  ),
  'patching a record': ofRecord((path) => call('PATCH', path, rename)),
  'patching a record that the patch tests': ofRecord((path) => call('PATCH', path, tested, {})),
  'deleting a record': ofRecord((path) => call('DELETE', path)),
  'locking a record': ofRecord((path) => call('PUT', `${path}/lock`, { reason: 'Disputed' })),
  'restoring a record': ofRecord((path) => call('POST', `${path}/restore`, { sys_version: 1 })),
  'replacing an account’s instrument by a new card': ofAccount((ada) => enterCard(server, ada)),
  'replacing an account’s instrument by the one that it is': ofAccount((ada) => pickCard(server, ada, '4444')),
  'replacing an account’s instrument, and its record': ofAccountsRecord((ada) => enterCard(server, ada)),
  'picking an account’s instrument again, and its record': ofAccountsRecord((ada) => pickCard(server, ada, '4444')),
  'replacing an account’s instrument by cash': ofAccount((ada) => enter(server, ada, entries.CASH)),
  'replacing a contact': ofContact((path) => call('PUT', path, { ...names, last_name: 'Changed' })),
  'deactivating a contact': ofContact((path) => call('DELETE', path)),
  'replacing a merchant account': ofMerchantAccount((path) => call('PUT', path, { name: 'Changed' })),
  'replacing a custom field': ofCustomField((path, field) => call('PUT', path, { ...field, name: 'Changed' })),
  'retiring a custom field': ofCustomField((path) => call('DELETE', path)),
  'replacing the settings': ofSettings,
};

describe('of two changes that are based on the same version one takes effect, whenever the other comes:', () => {
  for (const [name, rivals] of Object.entries(changes)) {
    it(name, () => assertOneOfThem(server, rivals));
  }
});
