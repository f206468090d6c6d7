import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { cellsOf, columns, csv, load, loadRows, resultsOf } from './harness/bulk-loads.ts';
import { bearer, createRecord, getRecord, recordBody } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

describe('a bulk load', () => {
  let server: TestServer;
  let tenant: TestTenant;
  let files = 0;
  before(async () => {
    server = await startTestServer();
    tenant = await server.tenant('bulk-loads');
  });
  after(() => server.stop());

  /** Cells of rows that nothing else loads. */
  const rows = (count: number, overrides: object = {}) => {
    const file = files++;
    return Array.from({ length: count }, (_, n) => cellsOf(tenant, `file-${file}-${n + 1}`, overrides));
  };
  const records = async (id: string) => {
    const results = await resultsOf(server, tenant, id);
    return Promise.all(results.map(async (one) => (await getRecord(server, tenant, one.id ?? '')).body));
  };
  const counts = (done: Record<string, any>) => [done['created'], done['updated'], done['unchanged'], done['failed']];

  it('puts every row of a CSV file on file, and each record says which row of which load it came from', async () => {
    const done = await load(server, tenant, csv(rows(1100)), { source_file: 'members.csv' });
    assert.equal(done['state'], 'done');
    assert.deepEqual(
      [done['rows'], done['processed'], done['succeeded'], done['created'], done['failed'], done['unprocessed']],
      [1100, 1100, 1100, 1100, 0, 0],
    );
    const results = await resultsOf(server, tenant, done['id']);
    assert.deepEqual(
      results.map((one) => one.record_no),
      Array.from({ length: 1100 }, (_, n) => n + 1),
    );
    const { body: record } = await getRecord(server, tenant, results[700]?.id ?? '');
    assert.equal(record.sys_bulk_load_record_no, 701);
    assert.equal(record.sys_bulk_load_id, done['id']);
    assert.equal(record.sys_bulk_load_pk, `${tenant.tenantId}|${done['id']}`);
    assert.equal(record.sys_bulk_load_source_file, 'members.csv');
    assert.ok(Date.parse(record.sys_bulk_load_at) >= Date.parse(done['started_at']));
    assert.equal(record.sys_version, 1);
    assert.equal(record.sys_created_by_id, done['ordered_by_id']);
    const { body: history } = await server.call(
      'GET',
      `/storedPaymentMethods/${tenant.tenantId}/${record.id}/history`,
      {
        headers: bearer(tenant),
      },
    );
    assert.equal(history.Count, 1);
  });

  it('takes every column, expired cards and bank accounts', async () => {
    const [cells = {}] = rows(1);
    const done = await loadRows(server, tenant, [
      {
        ...cells,
        expires: '2019-02',
        payrix_migrated: 'TRUE',
        'billing_address.city': 'Zürich',
        'billing_address.latitude': '47.4',
        'billing_address.country': 'CH',
        'custom_field_values[colour__c].string_value': 'red, "dark"\nand blue',
        custom_field_values: '',
        sys_locked: 'false',
        sys_snapshot_base_version: '3',
      },
    ]);
    const [record] = await records(done['id']);
    assert.equal(record.expires, '2019-02-28');
    assert.equal(record.payrix_migrated, true);
    assert.deepEqual(record.billing_address, { city: 'Zürich', latitude: 47.4, country: 'CH' });
    assert.deepEqual(record.custom_field_values, [
      { custom_field_id: 'colour__c', string_value: 'red, "dark"\nand blue' },
    ]);
    assert.equal(record.sys_snapshot_base_version, 3);
    const account = { type: 'electronic check', credit_card_type: 'other', last_four_digits: '6789', expires: '' };
    const accounts = await loadRows(server, tenant, rows(1, account));
    assert.equal(accounts['created'], 1);
  });

  it('takes NDJSON, gzip and other names of columns', async () => {
    const lines = ['a', 'b'].map((external) =>
      JSON.stringify(recordBody(tenant, { sys_external_id: `nd-${external}` })),
    );
    assert.equal((await load(server, tenant, `${lines.join('\r\n')}\n\n`, { format: 'ndjson' }))['created'], 2);
    const packed = await load(server, tenant, gzipSync(csv(rows(3))), { compression: 'gzip' });
    assert.deepEqual([packed['created'], packed['rows']], [3, 3]);
    const [cells = {}] = rows(1);
    const { name_on_account: holder = '', ...others } = cells;
    const mapping = { 'Card holder': 'name_on_account', Remark: null };
    const mapped = await loadRows(server, tenant, [{ ...others, 'Card holder': holder, Remark: 'none' }], { mapping });
    assert.deepEqual(mapped['mapping'], mapping);
    assert.equal((await records(mapped['id']))[0].name_on_account, holder);
  });

  it('changes what a row names and only in the columns of the file; the same file again changes nothing', async () => {
    const [one = {}, two = {}] = rows(2, { 'billing_address.city': 'Bern', 'billing_address.line1': 'Gasse 1' });
    const first = await loadRows(server, tenant, [one, two]);
    const [loaded] = await records(first['id']);
    const again = await loadRows(server, tenant, [one, two]);
    assert.deepEqual(counts(again), [0, 0, 2, 0]);
    const change = await loadRows(
      server,
      tenant,
      [{ id: loaded.id, name: 'Renamed', 'billing_address.city': 'NULL', 'billing_address.line1': '' }],
      { null_marker: 'NULL' },
    );
    assert.deepEqual(counts(change), [0, 1, 0, 0]);
    const { body: changed } = await getRecord(server, tenant, loaded.id);
    assert.equal(changed.name, 'Renamed');
    assert.deepEqual(changed.billing_address, { line1: 'Gasse 1' });
    assert.equal(changed.sys_version, 2);
    assert.equal(changed.sys_bulk_load_id, change['id']);
    assert.deepEqual(changed.merchant_account_tokens, loaded.merchant_account_tokens);
  });

  it('lets the second row of an external id see the first', async () => {
    const [cells = {}] = rows(1);
    const done = await loadRows(server, tenant, [cells, { ...cells, name: 'Second' }, cells, cells]);
    assert.deepEqual(counts(done), [1, 2, 1, 0]);
    const [record] = await records(done['id']);
    assert.deepEqual([record.name, record.sys_version], ['Card', 3]);
    const created = await loadRows(server, tenant, [...rows(1), cells], { mode: 'create' });
    assert.deepEqual(counts(created), [1, 0, 0, 1]);
  });

  it('lets a row see what the rows before it made of a record, whichever of its ids they name it by', async () => {
    const made = await loadRows(server, tenant, rows(4));
    const [within, between, moved, apart] = await records(made['id']);
    const names = (record: Record<string, any>) => ({
      byId: { id: record['id'], sys_external_id: '' },
      byExternalId: { id: '', sys_external_id: record['sys_external_id'] },
    });
    const filling = rows(500).map((cells) => ({ ...cells, id: '' }));
    const done = await loadRows(server, tenant, [
      // In one batch.
      { ...filling[0], ...names(within).byExternalId, name: 'Other' },
      { ...filling[0], ...names(within).byId, name: within.name },
      // In a batch that has to be taken in smaller ones, and the one after it.
      { ...filling[0], ...names(between).byId, name: 'First' },
      { ...filling[0], ...names(between).byExternalId, name: 'Other' },
      { ...filling[0], ...names(between).byId, name: between.name },
      // Under an external id that it has no more.
      { ...filling[0], id: moved.id, sys_external_id: `${moved.sys_external_id}-new` },
      { ...filling[0], ...names(moved).byExternalId, name: 'New' },
      // In two batches of which the second is prepared while the first is written.
      { ...filling[0], ...names(apart).byExternalId, name: 'Other' },
      ...filling,
      { ...filling[0], ...names(apart).byId, name: apart.name },
    ]);
    assert.equal(done['failed'], 0);
    const now = await Promise.all(
      [within, between, moved, apart].map(async ({ id }) => (await getRecord(server, tenant, id)).body),
    );
    assert.deepEqual(
      now.map((record) => record.name),
      [within.name, between.name, 'Card', apart.name],
    );
    assert.deepEqual(
      now.map((record) => record.sys_version),
      [3, 4, 2, 3],
    );
    assert.equal((await resultsOf(server, tenant, done['id']))[6]?.outcome, 'created');
  });

  it('writes nothing in a dry run but what would come of each row', async () => {
    const [good = {}, bad = {}] = rows(2);
    const done = await loadRows(server, tenant, [good, { ...bad, type: 'cash' }], { dry_run: true });
    assert.deepEqual([done['created'], done['failed']], [1, 1]);
    const [created] = await resultsOf(server, tenant, done['id']);
    assert.deepEqual(created, { record_no: 1, outcome: 'created' });
    assert.equal((await loadRows(server, tenant, [good]))['created'], 1);
  });

  it('makes missing contacts when it is told to, one for all of its rows', async () => {
    const refused = await loadRows(server, tenant, rows(1, { contact_id: 'crm-4711' }));
    assert.equal(refused['failed'], 1);
    const order = { missing_contacts: 'create' };
    const done = await loadRows(server, tenant, rows(3, { contact_id: 'crm-4711' }), order);
    assert.deepEqual(counts(done), [3, 0, 0, 0]);
    const { body: contact } = await server.call('GET', `/contacts/${tenant.tenantId}/crm-4711`, {
      headers: bearer(tenant),
    });
    assert.deepEqual([contact.first_name, contact.last_name], ['Ada', 'Test']);
  });

  it('respects locks, versions and the rules about tokens, row by row', async () => {
    const locked = await createRecord(server, tenant, { sys_locked: true });
    const newer = await createRecord(server, tenant);
    const fixed = await createRecord(server, tenant);
    const done = await loadRows(server, tenant, [
      { id: locked.id, name: 'Other', sys_version: '', last_four_digits: '' },
      { id: newer.id, name: 'Other', sys_version: '7' },
      { id: fixed.id, name: 'Other', sys_version: '1', last_four_digits: '1111' },
      { id: newer.id, name: 'Changed', sys_version: '1' },
    ]);
    assert.deepEqual(
      (await resultsOf(server, tenant, done['id'])).map((one) => [one.outcome, one.error?.code]),
      [
        ['failed', 'errormessage.record.locked'],
        ['failed', 'errormessage.record.version.conflict'],
        ['failed', 'errormessage.record.number.fields.fixed'],
        ['updated', undefined],
      ],
    );
    assert.equal((await getRecord(server, tenant, locked.id)).body.sys_version, 1);
  });

  it('refuses a row with a card number where none belongs, alone, and shows it nowhere', async () => {
    const number = '4242424242424242';
    const [first = {}, second = {}, third = {}] = rows(3);
    const done = await loadRows(server, tenant, [
      first,
      { ...second, name: number },
      { ...third, sys_external_id: number },
    ]);
    assert.deepEqual(counts(done), [1, 0, 0, 2]);
    const results = await resultsOf(server, tenant, done['id']);
    assert.equal(results[1]?.error?.code, 'errormessage.card.number.found');
    assert.doesNotMatch(JSON.stringify([results, done]), new RegExp(number));
    assert.doesNotMatch(server.log(), new RegExp(number));
  });

  it('names the row and the field of each refusal', async () => {
    const bad = rows(1, { expires: 'soon' }).concat(
      rows(1, { contact_id: 'nobody' }),
      rows(1, { [columns.account]: 'no-such-account' }),
      rows(1, { payrix_migrated: 'perhaps' }),
    );
    const done = await loadRows(
      server,
      tenant,
      bad.map((cells) => ({ payrix_migrated: '', ...cells })),
    );
    assert.deepEqual(
      (await resultsOf(server, tenant, done['id'])).map(({ record_no, error }) => [record_no, error?.reference]),
      [
        [1, 'expires'],
        [2, 'contact_id'],
        [3, columns.account],
        [4, 'payrix_migrated'],
      ],
    );
  });
});
