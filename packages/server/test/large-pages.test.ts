import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { useCard, withNewCustomer } from './harness/gateway.ts';
import { watchGateway, workOnce } from './harness/gateway-tokens.ts';
import { bearer, createRecord, getRecord, mastercard, putRecord, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

/** Of this many records or versions of 700 kB, a page holds three or so. */
const many = 7;
const large = Array.from({ length: 70 }, (_, n) => ({
  custom_field_id: `text${n}__c`,
  string_value: 'lorem ipsum '.repeat(833),
}));

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

/** Reads a list to its end. Answers its pages. */
async function walk(path: string): Promise<Record<string, any>[][]> {
  const pages: Record<string, any>[][] = [];
  for (let next = ''; ; ) {
    const { status, body } = await server.call('GET', `${path}?limit=100${next}`, { headers: bearer(acme) });
    assert.equal(status, 200);
    assert.equal(body.Count, body.Items.length);
    pages.push(body.Items);
    if (body.LastEvaluatedKey === undefined) return pages;
    next = `&exclusiveStartKey=${encodeURIComponent(body.LastEvaluatedKey)}`;
  }
}

const assertSeveral = (pages: readonly object[][]): void => {
  assert.ok(pages.length >= 3 && pages.every((page) => page.length < many), String(pages.map((page) => page.length)));
};

describe('pages of large records', () => {
  it('of one contact end before they are too large, and a walk misses and repeats nothing', async () => {
    const ids: string[] = [];
    for (let n = 0; n < many; n++) {
      ids.push((await createRecord(server, acme, { name: `Card ${n}`, custom_field_values: large })).id);
    }
    const pages = await walk(`/storedPaymentMethods/acme/contact/${acme.contactId}`);
    assertSeveral(pages);
    assert.deepEqual(
      pages.flat().map(({ id }) => id),
      ids.toSorted(),
    );
    assert.ok(pages.flat().every(({ custom_field_values: values }) => values.length === large.length));
  });

  it('of one history do so too, and each version is compared with the one before it', async () => {
    let record = await createRecord(server, acme, { name: 'Card', custom_field_values: large });
    for (let n = 2; n <= many; n++) {
      ({ body: record } = await putRecord(server, acme, { ...record, name: `Card ${n}` }));
      assert.equal(record['sys_version'], n);
    }
    const pages = await walk(`/storedPaymentMethods/acme/${record['id']}/history`);
    assertSeveral(pages);
    assert.deepEqual(
      pages.flat().map(({ sys_version, changed_fields }) => [sys_version, changed_fields]),
      Array.from({ length: many }, (_, n) => [many - n, n === many - 1 ? [] : ['name']]),
    );
  });

  it('hide no record that still holds a token which is to be retired', async () => {
    const gateway = watchGateway(server);
    const ada = await withNewCustomer(server, acme);
    const { storedPaymentMethodId: id } = await useCard(server, ada, visa);
    const [held] = (await getRecord(server, ada, id)).body.merchant_account_tokens;
    for (let n = 0; n < 5; n++) await createRecord(server, ada, { custom_field_values: large });
    const { id: holder } = await createRecord(server, ada, { merchant_account_tokens: [held] });
    const pages = await walk(`/storedPaymentMethods/acme/contact/${ada.contactId}`);
    assert.ok(pages.length > 1 && pages.at(-1)?.at(-1)?.['id'] === holder);
    await useCard(server, ada, mastercard);
    assert.ok((await workOnce(server, ada)).length > 0);
    assert.deepEqual(gateway.retired, []);
  });
});
