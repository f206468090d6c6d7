import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { scopes } from '../src/contract/scopes.ts';
import { sweepTenant } from '../src/jobs/sweep.ts';
import { createClient } from '../src/ops/clients/create.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { runBackgroundTasks } from './harness/background-tasks.ts';
import { cellsOf, csv, load, openLoad, readLoad, resultsOf, sendPart, startLoad } from './harness/bulk-loads.ts';
import { bearer } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const dayMs = 24 * 3_600_000;

describe('what a bulk load refuses', () => {
  let server: TestServer;
  let tenant: TestTenant;
  before(async () => {
    server = await startTestServer();
    tenant = await server.tenant('refusing');
  });
  after(() => server.stop());

  const rows = (name: string, count: number) =>
    Array.from({ length: count }, (_, n) => cellsOf(tenant, `${name}-${n + 1}`));
  const cancel = (id: string) =>
    server.call('POST', `/bulkLoads/${tenant.tenantId}/${id}/cancel`, { headers: bearer(tenant) });
  const chunks = async (id: string) =>
    (
      await server.services.db.single<{ count: number }>(
        tenant.tenantId,
        { name: 'test-chunks', text: 'SELECT count(*)::integer AS count FROM bulk_load_chunks WHERE load_id = $1' },
        [id],
      )
    )[0]?.count;

  it('takes parts only in order, names the byte that it waits for, and takes the same part twice', async () => {
    const id = await openLoad(server, tenant);
    const file = Buffer.from(csv(rows('parts', 20)));
    const [first, second] = [file.subarray(0, 700), file.subarray(700)];
    assert.equal((await sendPart(server, tenant, id, 0, first)).body.bytes, 700);
    const early = await sendPart(server, tenant, id, 900, second);
    assertRefused(early, 409, 'bulk.load.offset', 'offset');
    assert.deepEqual(early.body.typedArgs, [{ type: 'INTEGER', value: { value: 700 } }]);
    assert.equal((await sendPart(server, tenant, id, 0, first)).body.bytes, 700);
    assertRefused(await sendPart(server, tenant, id, 0, second), 409, 'bulk.load.offset', 'offset');
    const both = await Promise.all([1, 2].map(() => sendPart(server, tenant, id, 700, second)));
    assert.deepEqual(
      both.map(({ status, body }) => [status, body.bytes]),
      [1, 2].map(() => [200, file.length]),
    );
    await startLoad(server, tenant, id);
    await runBackgroundTasks(server, tenant.tenantId);
    assert.equal((await readLoad(server, tenant, id))['created'], 20);
  });

  it('takes no part beyond 16 MiB and no offset that is none', async () => {
    const id = await openLoad(server, tenant);
    assertRefused(await sendPart(server, tenant, id, 0, Buffer.alloc(16 * 1_048_576 + 1)), 413, 'body.too.large');
    assertRefused(await sendPart(server, tenant, id, -1, 'x'), 400, 'validation.range', 'offset');
    assertRefused(await sendPart(server, tenant, id, 'x', 'x'), 400, 'validation.type', 'offset');
    assert.equal((await readLoad(server, tenant, id))['bytes'], 0);
  });

  it('starts once, and takes nothing more then', async () => {
    const id = await openLoad(server, tenant);
    await sendPart(server, tenant, id, 0, csv(rows('once', 1)));
    assert.equal((await startLoad(server, tenant, id)).status, 200);
    assertRefused(await startLoad(server, tenant, id), 409, 'bulk.load.state');
    assertRefused(await sendPart(server, tenant, id, 0, 'x'), 409, 'bulk.load.state');
    await runBackgroundTasks(server, tenant.tenantId);
    assertRefused(await cancel(id), 409, 'bulk.load.state');
  });

  it('cancelled before it runs, it does nothing and its file is gone', async () => {
    const id = await openLoad(server, tenant);
    await sendPart(server, tenant, id, 0, csv(rows('cancelled', 3)));
    assert.equal(await chunks(id), 1);
    await startLoad(server, tenant, id);
    assert.equal((await cancel(id)).body.state, 'cancelled');
    assert.equal(await chunks(id), 0);
    await runBackgroundTasks(server, tenant.tenantId);
    assert.equal((await readLoad(server, tenant, id))['processed'], 0);
  });

  it('keeps no file of a load that is over, nor one that nobody starts', async () => {
    const done = await load(server, tenant, csv(rows('swept', 2)));
    const abandoned = await openLoad(server, tenant);
    await sendPart(server, tenant, abandoned, 0, 'never');
    await sweepTenant(server.services, tenant.tenantId);
    assert.deepEqual([await chunks(done['id']), await chunks(abandoned)], [0, 1]);
    server.clock.advance(dayMs + 1000);
    try {
      await sweepTenant(server.services, tenant.tenantId);
    } finally {
      server.clock.advance(-dayMs - 1000);
    }
    assert.deepEqual([await chunks(abandoned), (await readLoad(server, tenant, abandoned))['state']], [0, 'cancelled']);
  });

  it('refuses a file with a column that no record has, by its name, before anything is loaded', async () => {
    const done = await load(server, tenant, csv([{ ...cellsOf(tenant, 'column-1'), colour: 'red' }]));
    assert.deepEqual([done['state'], done['processed'], done['unprocessed']], ['failed', 0, 1]);
    assert.deepEqual(
      [done['error_code'], done['error'].errorCode, done['error'].reference],
      ['errormessage.validation.unknown.field', 'errormessage.validation.unknown.field', 'colour'],
    );
  });

  it('loads what stands before a quote that does not fit, and names the row from which on nothing is read', async () => {
    const file = `${csv(rows('quotes', 700))}"broken" cell,${'x,'.repeat(9)}\n${csv(rows('after', 3))}`;
    const done = await load(server, tenant, file);
    assert.deepEqual([done['state'], done['created'], done['unprocessed'] > 0], ['failed', 700, true]);
    assert.deepEqual(done['error'].args, ['701']);
    const german = await server.call('GET', `/bulkLoads/${tenant.tenantId}/${done['id']}`, {
      headers: { ...bearer(tenant), 'accept-language': 'de' },
    });
    assert.match(german.body.error.errorMessage, /ab Zeile 701/);
  });

  it('refuses a zip bomb, a cut gzip file and one that is none', async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 1_048_576));
    const cut = gzipSync(csv(rows('cut', 50))).subarray(0, 200);
    for (const file of [bomb, cut, 'no gzip']) {
      const done = await load(server, tenant, file, { compression: 'gzip' });
      assert.deepEqual([done['state'], done['error'].errorCode], ['failed', 'errormessage.bulk.load.malformed']);
    }
  });

  it('refuses rows that are no JSON, no UTF-8 or longer than a mebibyte, each alone', async () => {
    const good = JSON.stringify({
      contact_id: tenant.contactId,
      credit_card_type: 'visa',
      last_four_digits: '4242',
      merchant_account_tokens: [{ merchant_account_id: tenant.merchantAccountId, token: 'tok' }],
      name: 'Card',
      name_on_account: 'Ada Test',
      type: 'credit card',
    });
    const lines = [good, '{', '[]', '{"nme": 1}', `{"name":"${'x'.repeat(1_048_577)}"}`, good];
    const latin = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xfc]), Buffer.from('"}\n')]);
    const done = await load(server, tenant, Buffer.concat([latin, Buffer.from(lines.join('\n'))]), {
      format: 'ndjson',
    });
    assert.deepEqual(
      (await resultsOf(server, tenant, done['id'])).map(({ outcome, error }) => error?.code ?? outcome),
      [
        'errormessage.validation.encoding',
        'created',
        'errormessage.validation.json',
        'errormessage.validation.type',
        'errormessage.validation.unknown.field',
        'errormessage.body.too.large',
        'created',
      ],
    );
  });

  it('is nothing to another tenant, nor to a caller who may not write records or is limited to one contact', async () => {
    const id = await openLoad(server, tenant);
    const stranger = await server.tenant('refusing-stranger');
    const path = `/bulkLoads/${stranger.tenantId}/${id}`;
    assertRefused(await server.call('GET', path, { headers: bearer(stranger) }), 404, 'bulk.load.not.found');
    assertRefused(await sendPart(server, stranger, id, 0, 'x'), 404, 'bulk.load.not.found');
    assertRefused(await startLoad(server, stranger, id), 404, 'bulk.load.not.found');
    const reader = await server.tenant('refusing-reader', { scopes: ['BULK_WRITE', 'BULK_READ'] });
    const refused = await server.call('POST', `/bulkLoads/${reader.tenantId}`, {
      headers: bearer(reader),
      body: { format: 'csv' },
    });
    assertRefused(refused, 403, 'permission.denied');
  });

  it('takes rows only from who opened it, and not with an access token for less', async () => {
    const id = await openLoad(server, tenant);
    const ctx = await tenantContext(server.services, tenant.tenantId, {
      kind: 'command-line',
      id: 'test',
      scopes: new Set(scopes),
    });
    const other = await createClient(ctx, { name: 'other', scopes });
    const tokenOf = async (client_id: string, client_secret: string, scope: readonly string[]) => {
      const { body } = await server.call('POST', '/oauth/token', {
        body: { grant_type: 'client_credentials', client_id, client_secret, scope: scope.join(' ') },
      });
      return { ...tenant, accessToken: body.access_token as string };
    };
    const otherCaller = await tokenOf(other.clientId, other.clientSecret.reveal(), scopes);
    assertRefused(await sendPart(server, otherCaller, id, 0, csv(rows('others', 1))), 403, 'bulk.load.other.caller');
    assertRefused(await startLoad(server, otherCaller, id), 403, 'bulk.load.other.caller');
    const narrow = await tokenOf(tenant.clientId, tenant.clientSecret, ['BULK_WRITE', 'STORED_PAYMENT_METHOD_WRITE']);
    assertRefused(await sendPart(server, narrow, id, 0, csv(rows('others', 1))), 403, 'permission.denied');
    assertRefused(await startLoad(server, narrow, id), 403, 'permission.denied');
    assert.equal((await readLoad(server, tenant, id))['bytes'], 0);
  });

  it('refuses an order that makes no sense, naming the field', async () => {
    const order = (body: object) =>
      server.call('POST', `/bulkLoads/${tenant.tenantId}`, { headers: bearer(tenant), body });
    assertRefused(await order({}), 400, 'validation.required', 'format');
    assertRefused(await order({ format: 'xml' }), 400, 'validation.allowed.values', 'format');
    assertRefused(await order({ format: 'csv', null_marker: '' }), 400, 'validation.required', 'null_marker');
    assertRefused(
      await order({ format: 'csv', source_file: '4242424242424242.csv' }),
      400,
      'card.number.found',
      'source_file',
    );
  });
});
