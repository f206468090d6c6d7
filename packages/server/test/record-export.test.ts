import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { linesOf, rowsOf } from './harness/csv.ts';
import { limitedToContact } from './harness/limited-client.ts';
import { query } from './harness/look-inside.ts';
import { bearer, createRecord, getRecord, keyHeader } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

let server: TestServer;

before(async () => {
  server = await startTestServer();
});

after(() => server.stop());

const exported = (tenant: TestTenant, parameters: Record<string, string> = {}): Promise<Answer> =>
  server.call('GET', `/storedPaymentMethods/${tenant.tenantId}/export?${String(new URLSearchParams(parameters))}`, {
    headers: bearer(tenant),
  });

const records = (count: number, tenant: TestTenant) =>
  Promise.all(Array.from({ length: count }, (_, n) => createRecord(server, tenant, { name: `Card ${n}` })));

describe('the export of records', () => {
  it('as NDJSON holds every record exactly as it is answered', async () => {
    const acme = await server.tenant('ndjson');
    await records(3, acme);
    const { body, headers } = await exported(acme, { format: 'ndjson' });
    assert.match(headers.get('content-type') ?? '', /^application\/x-ndjson/);
    const lines = linesOf(body);
    assert.equal(lines.length, 3);
    for (const line of lines) assert.deepEqual(line, (await getRecord(server, acme, line['id'])).body);
  });

  it('as CSV names its fields by their paths, and keeps every text as it is', async () => {
    const acme = await server.tenant('csv');
    const name = '=HYPERLINK("http://x"),\r\n "quoted" ünïcode\n@SUM';
    const record = await createRecord(server, acme, {
      name,
      billing_address: { city: 'Zürich', line2: '', latitude: 47.37 },
      custom_field_values: [{ custom_field_id: 'colour__c', string_value: '-red' }],
    });
    const { body, headers } = await exported(acme);
    assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8; header=present');
    assert.match(headers.get('content-disposition') ?? '', /attachment; filename="stored-payment-methods.csv"/);
    const [row = {}] = rowsOf(body);
    assert.deepEqual(
      [row['id'], row['name'], row['billing_address.city'], row['billing_address.latitude'], row['sys_version']],
      [record.id, name, 'Zürich', '47.37', '1'],
    );
    assert.equal(row['merchant_account_tokens[0].merchant_account_id'], acme.merchantAccountId);
    assert.equal(row['merchant_account_tokens[0].token'], 'tok_first');
    assert.equal(row['merchant_account_tokens'], '', 'the parts tell everything');
    assert.deepEqual(JSON.parse(row['billing_address'] ?? ''), record.billing_address, 'no cell holds an empty text');
    assert.deepEqual(JSON.parse(row['custom_field_values'] ?? ''), record.custom_field_values);
  });

  it('takes the filters of the list, and no others', async () => {
    const acme = await server.tenant('filters');
    const [, second] = await records(2, acme);
    await createRecord(server, acme, { type: 'electronic check', credit_card_type: 'other', name: 'Account' });
    const checks = rowsOf((await exported(acme, { type: 'electronic check' })).body);
    assert.deepEqual(
      checks.map((row) => row['name']),
      ['Account'],
    );
    await server.call('DELETE', `/storedPaymentMethods/filters/${second.id}`, { headers: bearer(acme) });
    const deleted = linesOf((await exported(acme, { deleted: 'true', format: 'ndjson' })).body);
    assert.deepEqual(
      deleted.map((line) => line['id']),
      [second.id],
    );
    assert.equal(rowsOf((await exported(acme, { contact_id: 'nobody' })).body).length, 0);
    assertRefused(await exported(acme, { format: 'xml' }), 400, 'validation.allowed.values', 'format');
    assertRefused(await exported(acme, { limit: '5' }), 400, 'validation.unknown.field', 'limit');
    assertRefused(await exported(acme, { type: 'cash' }), 400, 'validation.allowed.values', 'type');
  });

  it('misses nothing and repeats nothing over many pages, while records change', async () => {
    const acme = await server.tenant('pages');
    const created = await records(230, acme);
    const rename = async (record: Record<string, any>) =>
      server.call('PATCH', `/storedPaymentMethods/pages/${record['id']}`, {
        headers: bearer(acme),
        body: [{ op: 'replace', path: '/name', value: 'Renamed' }],
      });
    const [{ body }] = await Promise.all([exported(acme), ...created.slice(0, 40).map(rename)]);
    const ids = rowsOf(body).map((row) => row['id']);
    assert.equal(ids.length, created.length);
    assert.deepEqual(new Set(ids), new Set(created.map((record) => record.id)));
  });

  it('is audited once, before anything is shown', async () => {
    const acme = await server.tenant('audited');
    await records(1, acme);
    await exported(acme);
    const entries = await query<{ actor_id: string; subject_id: string }>(
      server,
      `SELECT actor_id, subject_id FROM audit_entries
       WHERE tenant_id = 'audited' AND action = 'stored_payment_methods.exported'`,
    );
    assert.deepEqual(entries, [{ actor_id: acme.clientId, subject_id: 'audited' }]);
  });

  it('shows a client of one contact the records of that contact alone', async () => {
    const acme = await server.tenant('limited');
    await records(1, acme);
    const { body: other } = await server.call('POST', '/v1/customers/create', {
      headers: keyHeader(acme),
      body: { firstName: 'Grace', lastName: 'Hopper' },
    });
    await createRecord(server, acme, { contact_id: other.contactId });
    const limited = await limitedToContact(server, acme);
    assert.equal(linesOf((await exported(acme, { format: 'ndjson' })).body).length, 2);
    const shown = linesOf((await exported(limited, { format: 'ndjson' })).body);
    assert.deepEqual(
      shown.map((line) => line['contact_id']),
      [acme.contactId],
    );
    assert.equal((await exported(limited, { format: 'ndjson', contact_id: other.contactId })).body, '');
  });

  it('needs the scope to read records, and the tenant’s own token', async () => {
    const acme = await server.tenant('scoped', { scopes: ['STORED_PAYMENT_METHOD_WRITE'] });
    const neighbour = await server.tenant('neighbour');
    assertRefused(await exported(acme), 403, 'permission.denied');
    assert.equal((await exported({ ...acme, accessToken: neighbour.accessToken })).status, 401);
  });

  it('cuts the connection when a record in the middle cannot be read, so that no half file passes for a whole', async () => {
    const acme = await server.tenant('broken');
    await records(150, acme);
    await breakLast('broken');
    await assert.rejects(exported(acme), TypeError);
    assert.ok(server.log().includes(complaint), 'the operator learns of it');
  });

  it('reads no further when nobody takes the rest', async () => {
    const acme = await server.tenant('gone');
    const custom_field_values = Array.from({ length: 10 }, (_, n) => ({
      custom_field_id: `f${n}__c`,
      string_value: 'x'.repeat(10_000),
    }));
    // More than fits into the buffers of a connection and of the page that is read ahead.
    await Promise.all(Array.from({ length: 310 }, () => createRecord(server, acme, { custom_field_values })));
    await breakLast('gone');
    const logged = server.log().length;
    const leaving = new AbortController();
    const response = await fetch(`${server.url}/storedPaymentMethods/gone/export`, {
      headers: bearer(acme),
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    leaving.abort();
    const rest = () => server.log().slice(logged);
    await until(async () => rest().includes('/storedPaymentMethods/:tenantId/export'));
    assert.ok(!rest().includes(complaint), 'whoever went on would have met the broken record');
  });
});

const complaint = 'an answer broke off';

/** Makes the record that was created last unreadable. */
const breakLast = (tenantId: string) =>
  query(
    server,
    `UPDATE stored_payment_methods SET sealed = '\\x00' WHERE tenant_id = $1 AND id = (
       SELECT id FROM stored_payment_methods WHERE tenant_id = $1 ORDER BY sys_created_at DESC, id DESC LIMIT 1)`,
    [tenantId],
  );
