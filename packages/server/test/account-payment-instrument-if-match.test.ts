import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { assertOk, pickCard, readInstrument, useCard, withNewCustomer } from './harness/gateway.ts';
import {
  createRecord,
  enterCard,
  getRecord,
  mastercard,
  putRecord,
  replaceInstrument,
  visa,
} from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const tagOf = async (tenant: TestTenant): Promise<string> =>
  (await readInstrument(server, tenant)).headers.get('etag') ?? '';

const replaceIf = (tenant: TestTenant, token: string, ifMatch: string) =>
  replaceInstrument(server, tenant, token, { headers: { 'if-match': ifMatch } });

describe('If-Match on an account’s instrument', () => {
  it('passes with the tag that was read or answered, alone or among others', async () => {
    const ada = await withNewCustomer(server, acme);
    const first = await replaceInstrument(server, ada, await enterCard(server, ada));
    assert.equal(first.headers.get('etag'), await tagOf(ada));
    assertOk(await replaceIf(ada, await enterCard(server, ada, mastercard), await tagOf(ada)));
    assertOk(await replaceIf(ada, await enterCard(server, ada, visa), `"x.1", ${await tagOf(ada)}`));
    assertOk(await replaceIf(ada, await enterCard(server, ada, mastercard), '*'));
  });

  it('is 412 once the record changed in either dialect, naming what changed, and the token stays good', async () => {
    const ada = await withNewCustomer(server, acme);
    const { storedPaymentMethodId: id } = await useCard(server, ada, visa);
    const stale = await tagOf(ada);
    const { body: record } = await getRecord(server, ada, id);
    assertOk(await putRecord(server, ada, { ...record, name: 'Renamed' }));
    const token = await enterCard(server, ada, mastercard);
    const answer = await replaceIf(ada, token, stale);
    assertRefused(answer, 412, 'record.precondition.failed', 'If-Match');
    assert.equal(answer.headers.get('etag'), await tagOf(ada));
    assert.deepEqual(answer.body.typedArgs, [
      { type: 'INTEGER', value: { value: 2 } },
      { type: 'I18N_KEY_LIST', value: { values: ['name'] } },
    ]);
    assertOk(await replaceIf(ada, token, answer.headers.get('etag') ?? ''));
  });

  it('is 412 once the pointer moved, though the other record has the same version', async () => {
    const ada = await withNewCustomer(server, acme);
    await createRecord(server, ada, { last_four_digits: '1111' });
    await useCard(server, ada, visa);
    await useCard(server, ada, mastercard);
    const stale = await tagOf(ada);
    assert.match(stale, /\.2"$/);
    assertOk(await replaceInstrument(server, ada, await pickCard(server, ada, '1111')));
    assert.match(await tagOf(ada), /\.2"$/);
    assertRefused(
      await replaceIf(ada, await enterCard(server, ada), stale),
      412,
      'record.precondition.failed',
      'If-Match',
    );
  });

  it('can ask that the account has an instrument, or that it has none', async () => {
    const ada = await withNewCustomer(server, acme);
    const none = await tagOf(ada);
    const token = await enterCard(server, ada);
    assertRefused(await replaceIf(ada, token, '*'), 412, 'record.precondition.failed', 'If-Match');
    assertOk(await replaceIf(ada, token, none));
    const second = await enterCard(server, ada);
    assertRefused(await replaceIf(ada, second, none), 412, 'record.precondition.failed', 'If-Match');
  });

  it('keeps a change from being lost that comes after the tag was compared, also when the same card was picked', async () => {
    const ada = await withNewCustomer(server, acme);
    const { storedPaymentMethodId: id } = await useCard(server, ada, visa);
    const token = await pickCard(server, ada, '4242');
    const [tag, { body: record }] = [await tagOf(ada), await getRecord(server, ada, id)];
    const services = { ...server.services };
    let renamed: number | undefined;
    server.services.readRecord = async (tenantId, asked) => {
      const found = await services.readRecord(tenantId, asked);
      Object.assign(server.services, services);
      renamed = (await putRecord(server, ada, { ...record, name: 'Renamed' })).status;
      return found;
    };
    assertRefused(await replaceIf(ada, token, tag), 409, 'concurrent.modification');
    assert.equal(renamed, 200);
    assertRefused(await replaceIf(ada, token, tag), 412, 'record.precondition.failed', 'If-Match');
    assertOk(await replaceIf(ada, token, await tagOf(ada)));
    assert.equal((await getRecord(server, ada, id)).body.name, 'Renamed');
  });

  it('never matches a weak tag or a bare version, and is 400 when it is no tag', async () => {
    const ada = await withNewCustomer(server, acme);
    await useCard(server, ada, visa);
    const token = await enterCard(server, ada);
    for (const tag of [`W/${await tagOf(ada)}`, '"1"', '""']) {
      assertRefused(await replaceIf(ada, token, tag), 412, 'record.precondition.failed', 'If-Match');
    }
    for (const nonsense of ['1', '"open', '*, "1"', '']) {
      assertRefused(await replaceIf(ada, token, nonsense), 400, 'validation.header', 'If-Match');
    }
  });
});
