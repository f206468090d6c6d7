import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { load, openLoad, sendPart, startLoad } from './harness/bulk-loads.ts';
import { csv, linesOf, rowsOf } from './harness/csv.ts';
import { limitedToContact } from './harness/limited-client.ts';
import { bearer, createRecord, visa } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;

before(async () => {
  server = await startTestServer();
});

after(() => server.stop());

const row = (tenant: TestTenant, overrides: Record<string, string> = {}) => ({
  sys_external_id: '',
  contact_id: tenant.contactId,
  credit_card_type: 'visa',
  last_four_digits: '4242',
  'merchant_account_tokens[0].merchant_account_id': tenant.merchantAccountId,
  'merchant_account_tokens[0].token': 'tok_loaded',
  name: 'Work card',
  name_on_account: 'Ada Test',
  type: 'credit card',
  expires: '2034-12-31',
  ...overrides,
});

const results = (
  tenant: TestTenant,
  id: string,
  parameters: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Answer> =>
  server.call('GET', `/bulkLoads/${tenant.tenantId}/${id}/results?${String(new URLSearchParams(parameters))}`, {
    headers: { ...bearer(tenant), ...headers },
  });

/** A load with one row of each outcome: created, unchanged, updated and three that fail. */
async function loadMixed(tenant: TestTenant): Promise<string> {
  const same = await createRecord(server, tenant, { sys_external_id: 'same' });
  await createRecord(server, tenant, { sys_external_id: 'changes' });
  const [{ merchant_account_id: _, token }] = same.merchant_account_tokens;
  const present = { 'merchant_account_tokens[0].token': token };
  const file = csv([
    row(tenant, { sys_external_id: 'new' }),
    row(tenant, { sys_external_id: 'same', ...present }),
    row(tenant, { sys_external_id: 'changes', name: 'Renamed', ...present }),
    row(tenant, { contact_id: 'nobody' }),
    row(tenant, { name: `Card ${visa}` }),
    row(tenant, { expires: 'soon' }),
  ]);
  const done = await load(server, tenant, file);
  assert.equal(done['failed'], 3, JSON.stringify(done));
  return done['id'];
}

describe('the results of a bulk load', () => {
  it('name each row by its number, what came of it, and its record', async () => {
    const acme = await server.tenant('rows');
    const id = await loadMixed(acme);
    const { body, headers } = await results(acme, id);
    assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8; header=present');
    const rows = rowsOf(body);
    assert.deepEqual(
      rows.map((result) => [result['record_no'], result['outcome'], result['sys_external_id'], result['id'] !== '']),
      [
        ['1', 'created', 'new', true],
        ['2', 'unchanged', 'same', true],
        ['3', 'updated', 'changes', true],
        ['4', 'failed', '', false],
        ['5', 'failed', '', false],
        ['6', 'failed', '', false],
      ],
    );
  });

  it('give a row that failed the error body that a request would have got', async () => {
    const acme = await server.tenant('errors');
    const id = await loadMixed(acme);
    const lines = linesOf((await results(acme, id, { outcome: 'failed', format: 'ndjson' })).body);
    assert.deepEqual(
      lines.map(({ record_no, error }) => [record_no, error.errorCode, error.reference]),
      [
        [4, 'errormessage.record.reference.missing', 'contact_id'],
        [5, 'errormessage.card.number.found', 'name'],
        [6, 'errormessage.validation.format', 'expires'],
      ],
    );
    const [first] = lines;
    assert.equal(first?.['error'].typedArgs[0].type, 'ENUM');
    assert.equal(first?.['error'].args.length, 1);
    const [row4] = rowsOf((await results(acme, id, { outcome: 'failed' })).body);
    assert.equal(row4?.['errorMessage'], first?.['error'].errorMessage);
    assert.deepEqual(JSON.parse(row4?.['typedArgs'] ?? ''), first?.['error'].typedArgs);
  });

  it('are in the language that is asked for, and never hold the number that a row was refused for', async () => {
    const acme = await server.tenant('languages');
    const id = await loadMixed(acme);
    const asked = { outcome: 'failed', format: 'ndjson' };
    const [english, german] = await Promise.all(
      ['en', 'de-CH'].map((language) => results(acme, id, asked, { 'accept-language': language })),
    );
    const texts = (answer: Answer | undefined) => linesOf(answer?.body).map(({ error }) => error.errorMessage);
    assert.notDeepEqual(texts(english), texts(german));
    assert.doesNotMatch(`${english?.body}${german?.body}${server.log()}`, new RegExp(visa));
  });

  it('can be asked for by outcome', async () => {
    const acme = await server.tenant('outcomes');
    const id = await loadMixed(acme);
    const numbers = async (outcome: string) =>
      rowsOf((await results(acme, id, { outcome })).body).map((result) => result['record_no']);
    assert.deepEqual(await numbers('succeeded'), ['1', '3']);
    assert.deepEqual(await numbers('unchanged'), ['2']);
    assert.deepEqual(await numbers('failed'), ['4', '5', '6']);
    assert.deepEqual(await numbers('unprocessed'), []);
    assertRefused(await results(acme, id, { outcome: 'good' }), 400, 'validation.allowed.values', 'outcome');
    assertRefused(await results(acme, id, { format: 'xml' }), 400, 'validation.allowed.values', 'format');
    assertRefused(await results(acme, id, { limit: '1' }), 400, 'validation.unknown.field', 'limit');
  });

  it('list the rows that were left when a load ended early, batch after batch', async () => {
    const acme = await server.tenant('early');
    const rows = Array.from({ length: 1203 }, () => row(acme));
    // A quote that never ends: nothing after it can be read.
    const done = await load(server, acme, `${csv(rows)}"${'x'.repeat(2_000_000)}`);
    assert.equal(done['state'], 'failed');
    const all = rowsOf((await results(acme, done['id'])).body);
    assert.deepEqual(
      all.map((result) => Number(result['record_no'])),
      all.map((_, n) => n + 1),
    );
    const unprocessed = rowsOf((await results(acme, done['id'], { outcome: 'unprocessed' })).body);
    assert.equal(unprocessed.length, done['unprocessed']);
    assert.equal(all.length, done['processed'] + done['unprocessed']);
  });

  it('are empty before the load has begun', async () => {
    const acme = await server.tenant('early-bird');
    const id = await openLoad(server, acme);
    assert.deepEqual(rowsOf((await results(acme, id)).body), []);
    await sendPart(server, acme, id, 0, csv([row(acme)]));
    await startLoad(server, acme, id);
    assert.equal((await results(acme, id, { format: 'ndjson' })).body, '');
  });

  it('are for callers who may read bulk loads of this tenant, whole tenants only', async () => {
    const acme = await server.tenant('walls');
    const neighbour = await server.tenant('neighbour');
    const unscoped = await server.tenant('unscoped', { scopes: ['BULK_WRITE', 'STORED_PAYMENT_METHOD_WRITE'] });
    const id = await openLoad(server, acme);
    assertRefused(await results(neighbour, id), 404, 'bulk.load.not.found');
    assertRefused(await results(acme, 'nothing'), 404, 'bulk.load.not.found');
    assertRefused(await results(unscoped, id), 403, 'permission.denied');
    assertRefused(await results(await limitedToContact(server, acme), id), 403, 'permission.denied');
  });
});
