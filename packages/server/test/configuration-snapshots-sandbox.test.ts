import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { runBackgroundTasks } from './harness/background-tasks.ts';
import {
  ask,
  capture,
  conflictsOf,
  fieldBody,
  orderSandbox,
  payeeOf,
  readRestore,
  type SandboxCredentials,
} from './harness/configuration-snapshots.ts';
import { readInstrument } from './harness/gateway.ts';
import { bill, entries, tenantWithEveryChoice } from './harness/instruments.ts';
import { everyRow, query } from './harness/look-inside.ts';
import {
  createRecord,
  enterCard,
  getRecord,
  keyHeader,
  mastercard,
  type Payee,
  putRecord,
  replaceInstrument,
} from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { tenantTables } from './harness/stored-rows.ts';

let server: TestServer;
let club: TestTenant;
/** What must never get into a sandbox. */
const live = {
  token: 'tok_live_6f2c81',
  externalToken: 'tok_live_external',
  holder: 'Konstanze Unverkennbar',
  street: 'Unverwechselbare Gasse 17',
  processor: 'acct_live_99',
  note: 'Kennt den Hausmeister',
  guest: 'Ottokar Einzigartig',
  /** Known once it is given. */
  mandate: 'not given yet',
};
let account: Record<string, any>;
let snapshot: Record<string, any>;
let first: Record<string, any>;
let second: Record<string, any>;
let card: string;
let debit: string;
let box: Payee;
let credentials: SandboxCredentials;
let filled: Record<string, any>;

before(async () => {
  server = await startTestServer();
  club = await tenantWithEveryChoice(server, 'club');
  const made = { name: 'Live', processor_service: 'worldly', processor_account_id: live.processor };
  account = (await ask(server, club, 'POST', '/merchantAccounts/club', made)).body;
  for (const body of [
    fieldBody('note__c'),
    fieldBody('level__c', { constraints: { options: ['gold', 'silver'] } }),
    fieldBody('code__c', { constraints: { pattern: '[A-Z]{2}\\d{3}' } }),
    fieldBody('points__c', { type: 'numeric' }),
  ]) {
    assert.equal((await ask(server, club, 'POST', '/customFields/club', body)).status, 201);
  }
  first = await createRecord(server, club, {
    name: live.holder,
    name_on_account: live.holder,
    last_four_digits: '9731',
    merchant_account_tokens: [{ merchant_account_id: account['id'], token: live.token }],
    sys_external_id: 'crm-17',
    sys_snapshot_base_version: 7,
    billing_address: { line1: live.street, city: 'Bern', country: 'CH' },
    custom_field_values: [
      { custom_field_id: 'note__c', string_value: live.note },
      { custom_field_id: 'level__c', string_value: 'gold' },
      { custom_field_id: 'code__c', string_value: 'QZ481' },
      { custom_field_id: 'points__c', numeric_value: 12 },
      { custom_field_id: 'visits__c', table_value: [{ [live.guest]: 3, place: 'Bern' }] },
    ],
  });
  second = await createRecord(server, club, {
    credit_card_type: 'mastercard',
    merchant_account_tokens: [{ merchant_account_id: account['id'], token: live.externalToken }],
    sys_external_id: `worldly:${live.externalToken}`,
  });
  await replaceInstrument(server, club, await enterCard(server, club, mastercard));
  card = (await readInstrument(server, club)).body.storedPaymentMethodId;
  const billed = await bill(server, club, entries.SEPA);
  debit = billed.storedPaymentMethodId;
  live.mandate = billed.mandate.reference;
  snapshot = await capture(server, club);
  await putRecord(server, club, { ...second, name: 'Changed since' });
  await createRecord(server, club, { name: 'Later' });

  const order = { tenant_id: 'club-box', name: 'Playground', with_records: true };
  const ordered = await orderSandbox(server, club, snapshot['id'], order);
  credentials = ordered.sandbox;
  await runBackgroundTasks(server, 'club');
  filled = await readRestore(server, club, ordered.restore['id']);
  box = await payeeOf(server, club, credentials);
});

after(() => server.stop());

const valuesOf = ({ custom_field_values: values }: Record<string, any>): Record<string, unknown> =>
  Object.fromEntries(
    values.map((value: Record<string, any>) => [
      value['custom_field_id'],
      value['string_value'] ?? value['numeric_value'] ?? value['table_value'],
    ]),
  );

describe('a sandbox with records', () => {
  it('has every record of the snapshot under its id, and the configuration', async () => {
    assert.equal(filled['state'], 'done', JSON.stringify(filled));
    const { contacts, records, records_skipped, conflicts, merchant_accounts, custom_fields } = filled['counts'];
    assert.deepEqual([contacts, records, records_skipped, conflicts], [1, 4, 1, 0]);
    assert.deepEqual([merchant_accounts, custom_fields], [2, 4]);
    const { body: settings } = await server.call('GET', '/tenants/club-box/settings', { headers: keyHeader(box) });
    assert.deepEqual([settings.name, settings.mode, settings.country], ['Playground', 'test', 'GB']);
    const page = await ask(server, box, 'GET', '/storedPaymentMethods/club-box');
    const ids = new Set(page.body.Items.map(({ id }: { id: string }) => id));
    assert.deepEqual(ids, new Set([first['id'], second['id'], card, debit]));
  });

  it('has test data where the record was of a live number', async () => {
    const { body } = await getRecord(server, box, first['id']);
    assert.deepEqual([body.type, body.credit_card_type, body.last_four_digits], ['credit card', 'visa', '4242']);
    const [token] = body.merchant_account_tokens;
    assert.equal(token.merchant_account_id, account['id']);
    assert.match(token.token, /^sim_\w{32}$/);
    assert.deepEqual(body.billing_address, { city: 'Bern', country: 'CH' });
    assert.equal(body.name_on_account, `Test Contact ${club.customerId}`);
    assert.equal(body.sys_external_id, 'crm-17');
    const read = await ask(server, box, 'GET', `/merchantAccounts/club-box/${account['id']}`);
    assert.deepEqual([read.body.processor_service, read.body.processor_account_id], ['simulated', account['id']]);
    const other = (await getRecord(server, box, second['id'])).body;
    assert.deepEqual([other.credit_card_type, other.last_four_digits], ['mastercard', '4444']);
    assert.equal(other.sys_external_id, undefined);
  });

  it('keeps choices and numbers in custom fields, and only the shape of what people wrote', async () => {
    assert.deepEqual(valuesOf((await getRecord(server, box, first['id'])).body), {
      note__c: 'Xxxxx xxx Xxxxxxxxxxx',
      level__c: 'gold',
      code__c: 'XX000',
      points__c: 12,
      visits__c: [{ field_1: 3, field_2: 'Xxxx' }],
    });
  });

  it('starts from the base version of a record, 1 where there is none, and names the snapshot', async () => {
    const { body } = await getRecord(server, box, first['id']);
    assert.deepEqual([body.sys_version, body.sys_configuration_snapshot_id], [7, snapshot['id']]);
    const answer = await putRecord(server, box, { ...body, name: 'Next' });
    assert.deepEqual([answer.status, answer.body.sys_version], [200, 8]);
    assert.equal((await getRecord(server, box, second['id'])).body.sys_version, 1);
    const history = await ask(server, box, 'GET', `/storedPaymentMethods/club-box/${first['id']}/history`);
    assert.deepEqual(
      history.body.Items.map((version: Record<string, any>) => version['sys_version']),
      [8, 7],
    );
  });

  it('has made-up people under the same ids, whose accounts bill the same records', async () => {
    const { body } = await ask(server, box, 'GET', `/contacts/club-box/${club.contactId}`);
    assert.deepEqual([body.first_name, body.customer_id], ['Test', club.customerId]);
    assert.equal(body.email, `contact-${club.customerId}@example.com`);
    const billed = await server.call('GET', `/v1/customers/${club.customerId}/account/payment-instrument`, {
      headers: keyHeader(box),
    });
    assert.deepEqual([billed.status, billed.body.storedPaymentMethodId], [200, debit]);
    assert.equal(billed.body.mandate, undefined);
    assert.doesNotMatch(JSON.stringify(billed.body), /3000|DE89/);
    await replaceInstrument(server, box, await enterCard(server, box));
  });

  it('holds nothing live: no token, number, name, secret or key of the tenant that it was made of', async () => {
    const rows: string[] = [];
    for (const table of await tenantTables(server)) {
      const found = await query<{ row: string }>(
        server,
        `SELECT t::text AS row FROM ${table} AS t WHERE t.tenant_id = 'club-box'`,
      );
      rows.push(...found.map(({ row }) => row));
    }
    const all = rows.join('\n');
    for (const text of Object.values(live)) assert.ok(!all.includes(text), text);
    const secrets = await query<{ key: string }>(
      server,
      `SELECT key_id::text AS key FROM customer_keys WHERE tenant_id = 'club'
       UNION SELECT key_id::text FROM tenant_keys WHERE tenant_id = 'club'
       UNION SELECT secret_id::text FROM vault_secrets WHERE tenant_id = 'club'
       UNION SELECT encode(sealed, 'hex') FROM stored_payment_methods WHERE tenant_id = 'club'`,
    );
    for (const { key } of secrets) assert.ok(!all.includes(key), key);
    // What is sealed there, as its own tenant sees it.
    const page = await ask(server, box, 'GET', '/storedPaymentMethods/club-box');
    const clear = JSON.stringify(page.body);
    for (const text of Object.values(live)) assert.ok(!clear.includes(text), text);
    const kept = (await everyRow(server)).map(({ row }) => row).join('\n');
    for (const secret of [credentials.client_secret, credentials.api_key]) assert.ok(!kept.includes(secret));
    assert.ok(!server.log().includes(credentials.client_secret));
  });

  it('takes its own credentials and no other’s', async () => {
    assert.equal((await ask(server, club, 'GET', '/storedPaymentMethods/club-box')).status, 401);
    assert.equal((await ask(server, { ...box, tenantId: 'club' }, 'GET', '/storedPaymentMethods/club')).status, 401);
    const settings = await server.call('GET', '/tenants/club-box/settings', { headers: keyHeader(club) });
    assert.equal(settings.status, 404);
  });

  it('is filled again by the tenant that made it: what is there stays, what is missing comes', async () => {
    const kept = (await getRecord(server, box, first['id'])).body;
    const next = await capture(server, club, 'Next');
    const ordered = await orderSandbox(server, club, next['id'], { tenant_id: 'club-box', with_records: true });
    await runBackgroundTasks(server, 'club');
    const again = await readRestore(server, club, ordered.restore['id']);
    assert.deepEqual([again['state'], again['counts'].records, again['counts'].contacts], ['done', 5, 1]);
    assert.deepEqual((await getRecord(server, box, first['id'])).body, kept);
    const renewed = await payeeOf(server, club, ordered.sandbox);
    const { body } = await ask(server, renewed, 'GET', '/storedPaymentMethods/club-box');
    assert.ok(body.Items.some((record: Record<string, any>) => record['sys_configuration_snapshot_id'] === next['id']));
  });

  it('lists a record whose external id somebody has there already', async () => {
    const hut = await server.tenant('hut');
    const { id } = await capture(server, hut);
    const { sandbox } = await orderSandbox(server, hut, id, { tenant_id: 'hut-box', with_records: true });
    await runBackgroundTasks(server, 'hut');
    const there = await payeeOf(server, hut, sandbox);
    await createRecord(server, there, { sys_external_id: 'crm-1' });
    const record = await createRecord(server, hut, { sys_external_id: 'crm-1' });
    const next = await capture(server, hut);
    const order = { tenant_id: 'hut-box', with_records: true };
    const { restore } = await orderSandbox(server, hut, next['id'], order);
    await runBackgroundTasks(server, 'hut');
    const [conflict] = await conflictsOf(server, hut, restore['id']);
    assert.deepEqual(
      [conflict?.['id'], conflict?.['error_code']],
      [record.id, 'errormessage.record.external.id.taken'],
    );
  });
});

describe('an order for a sandbox', () => {
  it('is refused for the id of any tenant that is no sandbox of the caller’s, whoever’s it is', async () => {
    const path = `/configurationSnapshots/club/${snapshot['id']}/sandboxes`;
    const other = await server.tenant('other');
    const { id } = await capture(server, other);
    for (const tenantId of ['club', 'other']) {
      assertRefused(await ask(server, club, 'POST', path, { tenant_id: tenantId }), 409, 'tenant.exists', 'tenant_id');
    }
    const theirs = `/configurationSnapshots/other/${id}/sandboxes`;
    const answer = await ask(server, other, 'POST', theirs, { tenant_id: 'club-box' });
    assertRefused(answer, 409, 'tenant.exists', 'tenant_id');
  });

  it('is refused for an id that no tenant can have, and for a card number in a name', async () => {
    const path = `/configurationSnapshots/club/${snapshot['id']}/sandboxes`;
    assertRefused(await ask(server, club, 'POST', path, {}), 400, 'validation.required', 'tenant_id');
    for (const tenantId of ['Big', 'a', "x'; DROP TABLE tenants", 'ends-']) {
      const answer = await ask(server, club, 'POST', path, { tenant_id: tenantId });
      assertRefused(answer, 400, 'validation.value', 'tenant_id');
    }
    const named = { tenant_id: 'named-box', name: '4242 4242 4242 4242' };
    assertRefused(await ask(server, club, 'POST', path, named), 400, 'card.number.found', 'name');
    const number = await ask(server, club, 'POST', path, { tenant_id: '4242424242424242' });
    assertRefused(number, 400, 'card.number.found', 'tenant_id');
  });

  it('twice at once makes one sandbox; under one Idempotency-Key it has one answer', async () => {
    const path = `/configurationSnapshots/club/${snapshot['id']}/sandboxes`;
    const order = { tenant_id: 'race-box' };
    const both = await Promise.all([ask(server, club, 'POST', path, order), ask(server, club, 'POST', path, order)]);
    for (const { status, body } of both) assert.equal(status, 202, JSON.stringify(body));
    const key = { 'idempotency-key': 'sandbox' };
    const keyed = await ask(server, club, 'POST', path, { tenant_id: 'keyed-box' }, key);
    const again = await ask(server, club, 'POST', path, { tenant_id: 'keyed-box' }, key);
    assert.deepEqual(again.body, keyed.body);
    await runBackgroundTasks(server, 'club');
  });
});
