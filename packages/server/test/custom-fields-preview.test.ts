import assert from 'node:assert/strict';
import { after, before, describe, it, mock } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { callCustomFields, defineField } from './harness/custom-fields.ts';
import { query } from './harness/look-inside.ts';
import { bearer, recordBody } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const count = 60;

let server: TestServer;
let acme: TestTenant;
let other: TestTenant;
const ids: string[] = [];

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  other = await server.tenant('other');
  await defineField(server, acme, { id: 'size__c', type: 'numeric', constraints: { maximum: 100 } });
  const { body } = await server.call('POST', '/storedPaymentMethods/acme/batch', {
    headers: bearer(acme),
    body: {
      operations: Array.from({ length: count }, (_, n) => ({
        method: 'POST',
        body: recordBody(acme, {
          custom_field_values: [
            { custom_field_id: 'legacy__c', table_value: [{ amount: n, [`column_${n}`]: 1 }] },
            ...(n < 50 ? [{ custom_field_id: 'size__c', numeric_value: n + 0.5 }] : []),
          ],
        }),
      })),
    },
  });
  ids.push(...body.results.map(({ id }: { id: string }) => id));
});

after(() => server.stop());

const size = (rest: object = {}) => ({
  id: 'size__c',
  name: 'Size',
  type: 'numeric',
  constraints: { maximum: 100 },
  ...rest,
});
const preview = (body: unknown, start = '', tenant = acme): Promise<Answer> =>
  callCustomFields(server, tenant, 'POST', `/preview${start}`, body);
const put = (body: unknown, options = ''): Promise<Answer> =>
  callCustomFields(server, acme, 'PUT', `/size__c${options}`, body);

describe('a preview of a definition', () => {
  it('counts what it would break, rule by rule, with up to 20 of the records, and changes nothing', async () => {
    const rows = () => query(server, 'SELECT custom_field_id, version FROM custom_fields ORDER BY 1');
    const stored = await rows();
    const { status, body } = await preview(size({ constraints: { maximum: 40, decimals: 0 }, is_required: true }));
    assert.equal(status, 200);
    assert.deepEqual([body.records_seen, body.records_broken, body.LastEvaluatedKey], [60, 60, undefined]);
    assert.deepEqual(body.broken_rules, [
      {
        error_code: 'errormessage.validation.value',
        reference: 'numeric_value',
        count: 40,
        sample_ids: ids.slice(0, 20),
      },
      {
        error_code: 'errormessage.validation.maximum',
        reference: 'numeric_value',
        count: 10,
        sample_ids: ids.slice(40, 50),
      },
      {
        error_code: 'errormessage.validation.required',
        reference: 'numeric_value',
        count: 10,
        sample_ids: ids.slice(50),
      },
    ]);
    assert.deepEqual(await rows(), stored);
  });

  it('looks at the values of a field that is new here too, and tells nothing of what they are', async () => {
    const columns = [{ id: 'amount', name: 'Amount', type: 'numeric', maximum: 9 }];
    const { body } = await preview({ id: 'legacy__c', name: 'Legacy', type: 'table', constraints: { columns } });
    assert.deepEqual(
      body.broken_rules.map(({ error_code, reference, count: n }: any) => [error_code, reference, n]),
      [
        ['errormessage.validation.unknown.field', 'table_value', 10],
        ['errormessage.validation.maximum', 'table_value.amount', 50],
      ],
    );
    const { body: another } = await preview({ id: 'legacy__c', name: 'Legacy', type: 'string' });
    assert.deepEqual([another.records_broken, another.broken_rules[0].reference], [60, 'table_value']);
  });

  it('finds nothing broken by what is looser, retired, or another tenant’s', async () => {
    for (const body of [size(), size({ constraints: {} }), size({ constraints: { maximum: 1 }, is_active: false })]) {
      assert.equal((await preview(body)).body.records_broken, 0);
    }
    const theirs = await preview(size({ constraints: { maximum: 1 } }), '', other);
    assert.deepEqual(theirs.body, { records_seen: 0, records_broken: 0, broken_rules: [] });
  });

  it('counts the values that people gave to what would be calculated instead', async () => {
    const expected = [['errormessage.validation.value', 'numeric_value', 50]];
    for (const rest of [{}, { is_active: false }]) {
      const { body } = await preview(size({ calculation: '1', ...rest }));
      assert.deepEqual(
        body.broken_rules.map(({ error_code, reference, count: n }: any) => [error_code, reference, n]),
        expected,
      );
    }
    assertRefused(await put(size({ calculation: '1' })), 409, 'custom.field.values.broken', 'accept_broken_values');
    const legacy = { id: 'legacy__c', name: 'Legacy', type: 'string', calculation: '"new"' };
    assert.equal((await preview(legacy)).body.records_broken, 60);
  });

  it('is refused as the definition would be', async () => {
    assertRefused(await preview(size({ id: undefined })), 400, 'validation.required', 'id');
    assertRefused(await preview(size({ type: 'string' })), 400, 'validation.value', 'type');
    const made = '?exclusiveStartKey=bm90aGluZw';
    assertRefused(
      await preview(size({ constraints: {}, is_required: true }), made),
      400,
      'validation.value',
      'exclusiveStartKey',
    );
  });

  it('says where to go on when time is up, and nothing is then changed unseen', async () => {
    let elapsed = 0;
    const real = performance.now.bind(performance);
    const clock = mock.method(performance, 'now', () => real() + (elapsed += 100));
    try {
      const tight = size({ constraints: { maximum: 10 } });
      let seen = 0;
      let broken = 0;
      let calls = 0;
      let start = '';
      do {
        const { body } = await preview(tight, start);
        seen += body.records_seen;
        broken += body.records_broken;
        calls += 1;
        start = body.LastEvaluatedKey && `?exclusiveStartKey=${body.LastEvaluatedKey}`;
      } while (start);
      assert.deepEqual([seen, broken], [60, 40]);
      assert.ok(calls > 1 && calls < 20, String(calls));
      const harmless = await put(size({ constraints: { maximum: 99 } }));
      assertRefused(harmless, 409, 'custom.field.values.unchecked', 'accept_broken_values');
      assert.ok(Number(harmless.body.args[0]) < 60);
    } finally {
      clock.mock.restore();
    }
  });
});

describe('a change that would break values', () => {
  it('is refused, naming how many, and made when they are accepted', async () => {
    const tight = size({ constraints: { maximum: 40 } });
    const answer = await put(tight);
    assertRefused(answer, 409, 'custom.field.values.broken', 'accept_broken_values');
    assert.deepEqual(answer.body.args, ['10', '60']);
    assert.equal((await put(tight, '?accept_broken_values=false')).status, 409);
    const accepted = await put(tight, '?accept_broken_values=true');
    assert.deepEqual([accepted.status, accepted.body.constraints], [200, { maximum: 40 }]);
  });

  it('counts only what was right until then', async () => {
    const answer = await put(size({ constraints: { maximum: 30 } }));
    assert.deepEqual(answer.body.args, ['10', '60']);
    assert.equal((await put(size({ constraints: { maximum: 40, minimum: 0 } }))).status, 200);
  });

  it('refuses a new field as well', async () => {
    const legacy = { id: 'legacy__c', name: 'Legacy', type: 'numeric' };
    const answer = await callCustomFields(server, acme, 'POST', '', legacy);
    assertRefused(answer, 409, 'custom.field.values.broken', 'accept_broken_values');
    const accepted = await callCustomFields(server, acme, 'POST', '?accept_broken_values=true', legacy);
    assert.equal(accepted.status, 201);
  });
});
