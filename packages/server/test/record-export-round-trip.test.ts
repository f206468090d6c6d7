import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { load } from './harness/bulk-loads.ts';
import { csv, linesOf, rowsOf } from './harness/csv.ts';
import { bearer, createRecord } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;

before(async () => {
  server = await startTestServer();
});

after(() => server.stop());

const formats = ['csv', 'ndjson'] as const;

async function exported(tenant: TestTenant, format: string): Promise<string> {
  const path = `/storedPaymentMethods/${tenant.tenantId}/export?format=${format}`;
  const { status, body } = await server.call('GET', path, { headers: bearer(tenant) });
  assert.equal(status, 200);
  return body;
}

async function createAll(tenant: TestTenant): Promise<void> {
  await createRecord(server, tenant, {
    name: '=1+1',
    sys_external_id: 'crm-1',
    billing_address: { city: 'Zürich', line1: 'a "quoted"\r\nline', line2: '', latitude: 47.3769, longitude: -0.5 },
    custom_field_values: [
      { custom_field_id: 'tags__c', list_value: ['a', 1, true] },
      { custom_field_id: 'note__c', string_value: '' },
      { custom_field_id: 'rows__c', table_value: [{ amount: 1.5 }] },
    ],
    payrix_migrated: false,
    sys_snapshot_base_version: 3,
  });
  await createRecord(server, tenant, {
    name: ' 007 ',
    type: 'electronic check',
    credit_card_type: 'other',
    last_four_digits: '0042',
    expires: undefined,
    custom_field_values: [],
  });
  await createRecord(server, tenant, { name: '\\N', sys_locked: true, expires: '2011-01-31' });
}

/** What callers say of a record; the rest is the server's. */
const said = ({ contact_id: _, merchant_account_tokens: tokens, ...record }: Record<string, any>) => ({
  ...Object.fromEntries(
    Object.entries(record).filter(([name]) => !/^(?:id$|sys_(?!external_id|locked|snapshot_base_version))/.test(name)),
  ),
  tokens: tokens.map(({ token }: { token: string }) => token),
});

describe('an export', () => {
  for (const format of formats) {
    it(`as ${format} is taken back unchanged: each row is found to be on file as it is`, async () => {
      const acme = await server.tenant(`back-${format}`);
      await createAll(acme);
      const original = await exported(acme, 'ndjson');
      const done = await load(server, acme, await exported(acme, format), { format });
      assert.deepEqual([done['state'], done['unchanged'], done['failed']], ['done', 3, 0], JSON.stringify(done));
      assert.equal(await exported(acme, 'ndjson'), original);
    });

    it(`as ${format} makes the same records at another tenant that has the contacts and the merchant accounts`, async () => {
      const from = await server.tenant(`from-${format}`);
      const to = await server.tenant(`to-${format}`);
      await createAll(from);
      const file = (await exported(from, format))
        .replaceAll(from.contactId, to.contactId)
        .replaceAll(from.merchantAccountId, to.merchantAccountId);
      const done = await load(server, to, file, { format });
      assert.deepEqual([done['state'], done['created'], done['failed']], ['done', 3, 0], JSON.stringify(done));
      const [original, result] = await Promise.all([exported(from, 'ndjson'), exported(to, 'ndjson')]);
      assert.deepEqual(linesOf(result).map(said), linesOf(original).map(said));
    });
  }

  it('that was edited in a spreadsheet changes the cells that were edited and nothing else', async () => {
    const acme = await server.tenant('edited');
    await createAll(acme);
    const rows = rowsOf(await exported(acme, 'csv'));
    const [first = {}, ...others] = rows;
    const edited = [{ ...first, name: 'Renamed', 'billing_address.city': 'Bern' }, ...others];
    const original = linesOf(await exported(acme, 'ndjson'));
    const done = await load(server, acme, csv(edited), {});
    assert.deepEqual([done['updated'], done['unchanged'], done['failed']], [1, 2, 0], JSON.stringify(done));
    const result = linesOf(await exported(acme, 'ndjson'));
    const [wanted = {}, ...rest] = original.map(said);
    assert.deepEqual(result.map(said), [
      { ...wanted, name: 'Renamed', billing_address: { ...original[0]?.['billing_address'], city: 'Bern' } },
      ...rest,
    ]);
  });
});
