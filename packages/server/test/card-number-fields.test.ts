import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { attackEvery, type Refusal, type Target } from './harness/bad-input.ts';
import { everyRow, tablesOf } from './harness/look-inside.ts';
import { bearer, recordBody } from './harness/main-job.ts';
import { fieldsOf, isPublic, type Operation, operationsOf, type SchemaNode } from './harness/openapi-operations.ts';
import { callerFor, credentialsFor, samplesOf, urlOf } from './harness/sample-requests.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { withField } from './harness/stored-payment-method-fields.ts';

const number = '6011000990139424';
const spellings = [number, '6011,0009,9013,9424', '6011\u00a00009\u20139013.9424'];

/**
 * Where a card number is taken, or one would not be kept: by the path of the field, with the reason. Of the entries of
 * payment methods that no sample has, the tests of each payment choice try the fields.
 */
const exemptions: Readonly<Record<string, string>> = {
  'merchant_account_tokens[0].token': 'gateways may make tokens that look like one',
  'creditCard.cardNumber': 'is the card number',
  paymentRequestToken: 'is looked up, never kept',
  paymentInstrumentToken: 'is looked up, never kept',
  'operations[0].id': 'is looked up, never kept',
  '[0].path': 'names a place in the record, never kept; a new name there is an unknown field',
  '[0].from': 'names a place in the record, never kept',
};

let server: TestServer;
let acme: TestTenant;
let operations: Operation[];
/** All that was answered, to look through at the end. */
const answers: string[] = [];

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  operations = await operationsOf(server);
});

after(() => server.stop());

const isText = ({ type, enum: values }: SchemaNode): boolean =>
  values === undefined && [type ?? []].flat().includes('string');

/** RFC 6749: the token endpoint ignores what it does not know, keeps nothing and answers in other words. */
const isOurs = (operation: Operation): boolean => !isPublic(operation) && operation.path !== '/oauth/token';

const forEverySample = (attacks: (target: Target) => Promise<void>) =>
  attackEvery(server, acme, operations.filter(isOurs), attacks);

function remember({ body }: Refusal): void {
  answers.push(JSON.stringify(body));
}

/** In the sample's place or where nothing stands there: then a field beside it may be missing first. */
function assertNamed(answer: Refusal, path: string, sample: Target['sample'], what: string): void {
  assert.equal(answer.status, 400, what);
  const [top = path] = path.split(/[.[]/);
  const isWhole = path === top || sample.body?.[top] !== undefined;
  const named: string = answer.body.reference ?? '';
  assert.equal(isWhole ? named : named.split(/[.[]/)[0], isWhole ? path : top, `${what}: ${answer.body.errorCode}`);
}

describe('a card number', () => {
  it('in a text field of any operation is refused, and the field is named', async () => {
    const refused = new Set<string>();
    await forEverySample(async ({ operation, sample, refuses }) => {
      for (const [path, node] of operation.body ? fieldsOf(operation.body) : []) {
        if (!isText(node) || path in exemptions) continue;
        for (const spelling of spellings) {
          const body = JSON.stringify(withField(sample.body ?? {}, path, spelling));
          const answer = await refuses({ body }, `${path} = ${spelling}`);
          remember(answer);
          assertNamed(answer, path, sample, `${operation.name}: ${path} = ${spelling}`);
          if (answer.body.errorCode === 'errormessage.card.number.found') refused.add(path);
        }
      }
    });
    for (const path of ['name_on_account', 'address.line1', 'firstName', 'referenceText', 'creditorIdentifiers.LSV']) {
      assert.ok(refused.has(path), path);
    }
  });

  it('in the name of a field, or in the query or path of any operation, is refused', async () => {
    await forEverySample(async ({ operation, sample, refuses }) => {
      const body = sample.body === undefined ? {} : { body: JSON.stringify(sample.body) };
      for (const spelling of spellings) {
        if (operation.body && operation.body.type !== 'array') {
          const named = JSON.stringify({ ...sample.body, [spelling]: 'a' });
          const answer = await refuses({ body: named }, `the name ${spelling}`);
          assert.equal(answer.body.errorCode, 'errormessage.validation.unknown.field', operation.name);
          remember(answer);
        }
        for (const [name, node] of Object.entries(operation.query)) {
          if (!isText(node)) continue;
          const url = urlOf(operation, { ...sample, query: { [name]: spelling } });
          const answer = await refuses({ url, ...body }, `?${name}=${spelling}`);
          assert.equal(answer.body.reference, name, operation.name);
          remember(answer);
        }
        for (const name of operation.pathNames) {
          const url = urlOf(operation, { ...sample, query: {}, path: { ...sample.path, [name]: spelling } });
          remember(await refuses({ url, ...body }, `${name} = ${spelling}`));
        }
      }
    });
  });

  it('in a JSON Patch or a batch is refused, and the field of the record is named', async () => {
    const [patch, batch] = [
      'PATCH /storedPaymentMethods/{tenantId}/{id}',
      'POST /storedPaymentMethods/{tenantId}/batch',
    ];
    await forEverySample(async ({ operation, sample, refuses }) => {
      for (const spelling of spellings) {
        const change = [{ op: 'replace', path: '/name', value: spelling }];
        if (operation.name === patch) {
          const answer = await refuses({ body: JSON.stringify(change) }, spelling);
          assert.deepEqual([answer.body.errorCode, answer.body.reference], ['errormessage.card.number.found', 'name']);
          const elsewhere = [{ op: 'add', path: `/${spelling}`, value: 1 }];
          remember(await refuses({ body: JSON.stringify(elsewhere) }, `/${spelling}`));
          const tested = [{ op: 'test', path: '/name', value: spelling }];
          remember(await refuses({ body: JSON.stringify(tested) }, `test ${spelling}`));
        } else if (operation.name === batch) {
          const { tenantId } = sample.path ?? {};
          const parts = [{ method: 'PATCH', id: sample.body?.['operations'][0].id ?? 'spm_none', body: change }];
          const { status, body } = await server.call('POST', `/storedPaymentMethods/${tenantId}/batch`, {
            headers: bearer(acme),
            body: { operations: parts },
          });
          assert.deepEqual([status, body.success_count], [200, 0]);
          remember({ status, body });
        }
      }
    });
  });

  it('in any kind of custom field is refused: as a number, in parts, as the name of a column', async () => {
    const parts = ['6011', '0009', '9013', '9424'];
    const values: [kind: string, value: unknown, place: string][] = [
      ['numeric_value', Number(number), ''],
      ['string_value', `<td>${parts.join('</td><td>')}</td>`, ''],
      ['file_url_value', `https://files.example/${parts.join('%20')}`, ''],
      ['list_value', parts, ''],
      ['list_value', ['a', { b: number }], '[1].b'],
      ['table_value', [{ [number]: 'a' }], '[0]'],
      ['table_value', [['a'], parts], '[1]'],
    ];
    for (const [kind, value, place] of values) {
      const body = recordBody(acme, { custom_field_values: [{ custom_field_id: 'size__c', [kind]: value }] });
      const answer = await server.call('POST', `/storedPaymentMethods/${acme.tenantId}`, {
        headers: bearer(acme),
        body,
      });
      assertRefused(answer, 400, 'card.number.found', `custom_field_values[0].${kind}${place}`);
      remember(answer);
    }
  });

  it('in any header harms no request, whether it is refused or not', async () => {
    const names = [
      'idempotency-key',
      'user-agent',
      'referer',
      'x-request-id',
      'x-correlation-id',
      'x-datadog-trace-id',
      'x-forwarded-for',
      'origin',
      'accept-language',
      'tracestate',
      'if-match',
      'cookie',
    ];
    for (const operation of operations.filter(isOurs)) {
      const caller = await callerFor(server, acme, operation);
      const [sampleOf] = samplesOf(operation);
      const sample = sampleOf?.(caller.ids, caller.tenant) ?? {};
      // Either of them ends some requests early.
      for (const left of ['if-match', 'idempotency-key']) {
        const headers = Object.fromEntries(names.filter((name) => name !== left).map((name) => [name, number]));
        const { status, body } = await server.call(operation.method, urlOf(operation, sample), {
          headers: { ...headers, ...credentialsFor(operation, caller) },
          ...(sample.body === undefined ? {} : { body: sample.body }),
        });
        assert.ok(status < 500, `${operation.name}: ${status}`);
        remember({ status, body });
      }
    }
  });

  it('is then in no table, no line of the log and no answer', async () => {
    const rows = await everyRow(server);
    for (const spelling of spellings) {
      assert.deepEqual(tablesOf(rows, spelling), []);
      assert.ok(!server.log().includes(spelling));
      assert.deepEqual(
        answers.filter((answer) => answer.includes(spelling)),
        [],
      );
    }
    assert.ok(answers.length > 1000 && server.log().includes('"route":"/contacts/:tenantId"'));
  });
});
