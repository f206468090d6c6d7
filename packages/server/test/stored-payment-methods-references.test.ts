import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { open } from '../src/crypto/envelope.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { query } from './harness/look-inside.ts';
import { bearer, createRecord, enterCard, getRecord, putRecord, replaceInstrument } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { wholeBody } from './harness/stored-payment-method-fields.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const put = (record: Record<string, any>): Promise<Answer> => putRecord(server, acme, record);
const create = (body: object): Promise<Answer> =>
  server.call('POST', '/storedPaymentMethods/acme', { headers: bearer(acme), body });

const newContact = async (): Promise<any> => {
  const body = { first_name: 'Grace', last_name: 'Hopper' };
  return (await server.call('POST', '/contacts/acme', { headers: bearer(acme), body })).body;
};

/** A record that holds a number: one that a customer has entered. */
async function recordWithNumber(): Promise<any> {
  const contact = await newContact();
  const customer = { ...acme, customerId: contact.customer_id, contactId: contact.id };
  const { body } = await replaceInstrument(server, customer, await enterCard(server, customer));
  return (await getRecord(server, acme, body.storedPaymentMethodId)).body;
}

const destructionOf = async (recordId: string): Promise<Date | null | undefined> => {
  const [row] = await query<{ destroy_after: Date | null }>(
    server,
    'SELECT destroy_after FROM vault_secrets WHERE record_id = $1',
    [recordId],
  );
  return row?.destroy_after;
};

describe('a merchant account or contact that a record names', () => {
  it('must exist in the tenant', async () => {
    const record = await createRecord(server, acme);
    const noAccount = { merchant_account_tokens: [{ merchant_account_id: 'ma_none', token: 't' }] };
    const account = 'merchant_account_tokens[0].merchant_account_id';
    assertRefused(await put({ ...record, ...noAccount }), 409, 'record.reference.missing', account);
    assertRefused(await put({ ...record, contact_id: 'none' }), 409, 'record.reference.missing', 'contact_id');
    const body = wholeBody(acme);
    assertRefused(await create({ ...body, ...noAccount }), 409, 'record.reference.missing', account);
    assertRefused(await create({ ...body, contact_id: 'none' }), 409, 'record.reference.missing', 'contact_id');
  });

  it('of a record that does not exist is not looked at: 404', async () => {
    const record = await createRecord(server, acme);
    assertRefused(await put({ ...record, id: 'spm_none', contact_id: 'none' }), 404, 'record.not.found');
    const tokens = [{ merchant_account_id: 'ma_none', token: 't' }];
    assertRefused(await put({ ...record, id: 'spm_none', merchant_account_tokens: tokens }), 404, 'record.not.found');
  });

  it('once deactivated keeps its records, but a contact gets no other', async () => {
    const contact = await newContact();
    const record = await createRecord(server, acme, { contact_id: contact.id });
    await server.call('DELETE', `/contacts/acme/${contact.id}`, { headers: bearer(acme) });
    assert.equal((await put(record)).status, 200);
    const moving = await createRecord(server, acme);
    const moved = { ...moving, contact_id: contact.id };
    assertRefused(await put(moved), 409, 'record.reference.missing', 'contact_id');
  });
});

describe('a record that moves to another contact', () => {
  it('is theirs at once, and sealed under their key', async () => {
    const other = await newContact();
    const { body: record } = await create(wholeBody(acme));
    const answer = await put({ ...record, contact_id: other.id });
    assert.deepEqual([answer.status, answer.body.contact_id], [200, other.id]);
    assert.deepEqual((await getRecord(server, acme, record.id)).body, answer.body);
    const list = (contactId: string) =>
      server.call('GET', `/storedPaymentMethods/acme/contact/${contactId}`, { headers: bearer(acme) });
    assert.deepEqual((await list(other.id)).body.Items, [answer.body]);
    assert.ok((await list(acme.contactId)).body.Items.every((item: any) => item.id !== record.id));
    const [row] = await query<{ same: boolean }>(
      server,
      `SELECT m.key_id = c.key_id AS same FROM stored_payment_methods m
       JOIN customers c ON c.customer_id = m.customer_id WHERE m.id = $1`,
      [record.id],
    );
    assert.equal(row?.same, true);
  });

  it('leaves nothing of the contact before under the next one’s key', async () => {
    const other = await newContact();
    const record = await createRecord(server, acme, { name_on_account: 'Canary Holder' });
    const { body: moved } = await put({ ...record, contact_id: other.id, name_on_account: 'Grace Hopper' });
    const [entry] = await query<{ audit_id: string; key_id: string; sealed_details: Buffer } & Record<string, any>>(
      server,
      `SELECT a.audit_id, a.key_id, a.sealed_details, k.customer_uuid, k.wrapped_key, k.wrapped_by
       FROM audit_entries a JOIN customer_keys k USING (tenant_id, key_id)
       WHERE a.subject_id = $1 AND a.subject_version = $2`,
      [record.id, moved.sys_version],
    );
    assert.ok(entry);
    const keys = await server.services.keysOf('acme');
    const { key_id: keyId, customer_uuid: customerUuid, wrapped_key: wrappedKey, wrapped_by: wrappedBy } = entry;
    const key = keys.customerKey({ keyId, customerUuid: customerUuid, wrappedKey, wrappedBy });
    const binding = ['acme', 'audit_entries', entry.audit_id, 'details', 1] as const;
    const details = open(entry.sealed_details, key, binding).toString('utf8');
    assert.match(details, /Grace Hopper/);
    assert.doesNotMatch(details, /Canary Holder/);
  });

  it('stays where it is while an account bills it', async () => {
    const record = await recordWithNumber();
    const other = await newContact();
    assertRefused(await put({ ...record, contact_id: other.id }), 409, 'record.contact.fixed', 'contact_id');
    assert.deepEqual((await getRecord(server, acme, record.id)).body, record);
  });
});

describe('a number that we hold', () => {
  it('never follows its record to another contact: it is destroyed', async () => {
    const record = await recordWithNumber();
    await query(server, 'UPDATE customers SET account_method_id = NULL WHERE account_method_id = $1', [record.id]);
    const other = await newContact();
    assert.equal((await put({ ...record, contact_id: other.id })).status, 200);
    assert.ok(await destructionOf(record.id));
  });

  it('is destroyed after the retention when another takes its place', async () => {
    const record = await recordWithNumber();
    assert.equal(await destructionOf(record.id), null);
    const renamed = await put({ ...record, name: 'Other name' });
    assert.equal(await destructionOf(record.id), null);
    const tokens = record.merchant_account_tokens.map((token: object) => ({ ...token, token: 'tok_next' }));
    const replacedAt = server.clock.now().getTime();
    const replaced = await put({ ...renamed.body, merchant_account_tokens: tokens, last_four_digits: '1111' });
    assert.equal(replaced.status, 200);
    const destroyed = await destructionOf(record.id);
    const days = ((destroyed?.getTime() ?? 0) - replacedAt) / 86_400_000;
    const { replacedNumberRetentionDays: retention } = (await server.services.tenantById('acme')) ?? {};
    assert.equal(Math.round(days), retention);
  });
});

describe('an external id', () => {
  it('is unique in the tenant, and its own record may send it again', async () => {
    const first = await createRecord(server, acme, { sys_external_id: 'crm-1' });
    const second = await createRecord(server, acme);
    assert.equal((await put(first)).status, 200);
    assertRefused(
      await put({ ...second, sys_external_id: 'crm-1' }),
      409,
      'record.external.id.taken',
      'sys_external_id',
    );
    const body = wholeBody(acme, { sys_external_id: 'crm-1' });
    assertRefused(await create(body), 409, 'record.external.id.taken', 'sys_external_id');
    const other = await server.tenant('other');
    assert.equal((await createRecord(server, other, { sys_external_id: 'crm-1' })).sys_external_id, 'crm-1');
  });

  it('goes to one of two that ask for it at once', async () => {
    const records = await Promise.all(Array.from({ length: 8 }, () => createRecord(server, acme)));
    const answers = await Promise.all(records.map((record) => put({ ...record, sys_external_id: 'crm-wanted' })));
    const created = await Promise.all(
      Array.from({ length: 4 }, () => create(wholeBody(acme, { sys_external_id: 'crm-wanted' }))),
    );
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    for (const answer of [...answers.filter(({ status }) => status !== 200), ...created]) {
      assertRefused(answer, 409, 'record.external.id.taken', 'sys_external_id');
    }
  });
});
