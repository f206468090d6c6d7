import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { formLimit } from '../src/http/form-text.ts';
import { attackEvery, type Target } from './harness/bad-input.ts';
import { fieldsOf, isPublic, type Operation, operationsOf, type SchemaNode } from './harness/openapi-operations.ts';
import { urlOf } from './harness/sample-requests.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { withField } from './harness/stored-payment-method-fields.ts';

let server: TestServer;
let acme: TestTenant;
let operations: Operation[];

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  operations = await operationsOf(server);
});

after(() => server.stop());

const mebibyte = 1_048_576;
/** RFC 6749, section 3.2: the token endpoint ignores what it does not know. */
const ignoresUnknown = (operation: Operation): boolean => operation.path === '/oauth/token';

const forEverySample = (wanted: (operation: Operation) => boolean, attacks: (target: Target) => Promise<void>) =>
  attackEvery(server, acme, operations.filter(wanted), attacks);

const takesBody = ({ body }: Operation): boolean => body !== null;

const typesOf = ({ type }: SchemaNode): string[] => [type ?? []].flat();

/** One value of each JSON type, but for those that the field takes. */
function wrongValues(node: SchemaNode): unknown[] {
  const types = typesOf(node);
  const values: [string[], unknown][] = [
    [['string'], 'text'],
    [['number', 'integer'], 7],
    [['number'], 7.5],
    [['boolean'], true],
    [['array'], ['a']],
    [['object'], { a: 1 }],
  ];
  return values.filter(([kinds]) => !kinds.some((kind) => types.includes(kind))).map(([, value]) => value);
}

describe('a body', () => {
  const malformed: Record<string, string | Buffer> = {
    'cut off': '{"a":',
    'not JSON': "{'a': 1}",
    'two documents': '{} {}',
    'a list': '[]',
    'a text': '"a"',
    'a number': '7',
    null: 'null',
    'invalid UTF-8': Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc3, 0x28, 0x22, 0x7d]),
    NUL: '{"a":"\\u0000"}',
    'a lone surrogate': '{"a":"\\ud800"}',
    'a prototype': '{"__proto__":{"isAdmin":true}}',
    'a constructor': '{"constructor":{"prototype":{"isAdmin":true}}}',
    'nested too deep': `{"a":${'['.repeat(33)}${']'.repeat(33)}}`,
    'nested without end': '{"a":'.repeat(50_000),
    'a number beyond a double': '{"a":1e400}',
    'a number of 400 digits': `{"a":${'9'.repeat(400)}}`,
  };

  it('that is malformed is refused by every operation, and nothing is stored', async () => {
    await forEverySample(takesBody, async ({ operation, refuses }) => {
      for (const [what, body] of Object.entries(malformed)) {
        if (what === 'null' && operation.body?.required === undefined) continue;
        const { status } = await refuses({ body }, what);
        const tooLarge = operation.path === '/oauth/token' && body.length > formLimit;
        assert.equal(status, tooLarge ? 413 : 400, `${operation.name}: ${what}`);
      }
    });
    assert.equal('isAdmin' in {}, false);
  });

  it('of 10 MB gets its 413 from every operation', async () => {
    const body = Buffer.alloc(10 * mebibyte, 'x');
    await forEverySample(takesBody, async ({ refuses }) => {
      assert.equal((await refuses({ body }, '10 MB')).status, 413);
    });
  });

  it('of another content type, or compressed, gets a 415', async () => {
    await forEverySample(takesBody, async ({ sample, refuses }) => {
      const body = JSON.stringify(sample.body);
      const others: Record<string, string>[] = [
        { 'content-type': 'text/plain' },
        { 'content-type': 'multipart/form-data; boundary=a' },
        { 'content-type': 'application/json; charset=latin1' },
        { 'content-type': '' },
        { 'content-encoding': 'gzip' },
      ];
      for (const headers of others) {
        const { status } = await refuses({ body, headers }, JSON.stringify(headers));
        assert.equal(status, 415);
      }
    });
  });
});

describe('a field of a body', () => {
  it('of the wrong type is refused by every operation, the field is named, and nothing is stored', async () => {
    await forEverySample(takesBody, async ({ operation, sample, refuses }) => {
      for (const [path, node] of operation.body ? fieldsOf(operation.body) : []) {
        for (const wrong of wrongValues(node)) {
          const body = JSON.stringify(withField(sample.body ?? {}, path, wrong));
          const answer = await refuses({ body }, `${path} = ${JSON.stringify(wrong)}`);
          assert.equal(answer.status, 400, `${operation.name}: ${path}`);
          const [top = path] = path.split(/[.[]/);
          // Where the sample has nothing of the object around it, a required field beside this one may be named.
          const isWhole = path === top || sample.body?.[top] !== undefined;
          const named = isWhole ? answer.body.reference : answer.body.reference?.split(/[.[]/)[0];
          if (!ignoresUnknown(operation)) assert.equal(named, isWhole ? path : top, operation.name);
        }
      }
    });
  });

  it('that is not known is refused by every operation, at every level', async () => {
    await forEverySample(
      (operation) => takesBody(operation) && !ignoresUnknown(operation),
      async ({ operation, sample, refuses }) => {
        const objects = operation.body ? fieldsOf(operation.body) : [];
        const closed = objects.filter(([, node]) => node.properties && node.additionalProperties === false);
        // A list has no fields, and what an operation of a JSON Patch does not know is to be ignored.
        const itself = operation.body?.type === 'array' ? [] : [''];
        for (const parent of [...itself, ...closed.map(([path]) => `${path}.`)]) {
          const body = JSON.stringify(withField(sample.body ?? {}, `${parent}unknown_field`, 'a'));
          const answer = await refuses({ body }, `${parent}unknown_field`);
          assert.deepEqual(
            [answer.body.errorCode, answer.body.reference],
            ['errormessage.validation.unknown.field', `${parent}unknown_field`],
            operation.name,
          );
        }
      },
    );
  });

  it('that is far too long, or a huge number, is refused by every operation', async () => {
    await forEverySample(takesBody, async ({ operation, sample, refuses }) => {
      for (const [path, node] of operation.body ? fieldsOf(operation.body) : []) {
        const types = typesOf(node);
        const isOurs = /(?:^|\.)sys_(?!directive|external_id|snapshot_base_version)/.test(path);
        const isAnyNumber = isOurs || path.endsWith('numeric_value');
        const values = types.includes('string') ? [JSON.stringify('x'.repeat(500_000))] : [];
        if (!isAnyNumber && types.some((type) => type === 'number' || type === 'integer')) {
          values.push('1e300', '-1e300', '99999999999999999999');
        }
        for (const value of values) {
          const body = JSON.stringify(withField(sample.body ?? {}, path, 'PLACE')).replace('"PLACE"', value);
          await refuses({ body }, `${path} = ${value.slice(0, 20)}`);
        }
      }
    });
  });
});

describe('a URL', () => {
  it('with an unknown, repeated or malformed query key is refused by every operation', async () => {
    await forEverySample(
      (operation) => !ignoresUnknown(operation),
      async ({ operation, sample, refuses }) => {
        const url = urlOf(operation, { ...sample, query: {} });
        const body = sample.body === undefined ? {} : { body: JSON.stringify(sample.body) };
        const queries = ['unknown=1', '__proto__=1', 'constructor=1', 'a=%', 'a=%ff', 'a=%00', 'a[]=1', '%'];
        for (const [name, node] of Object.entries(operation.query)) {
          queries.push(`${name}=1&${name}=2`, `${name}[]=1`, `${name}=%00`);
          if (typesOf(node).includes('integer')) {
            queries.push(
              `${name}=ten`,
              `${name}=`,
              `${name}=1.5`,
              `${name}=-1`,
              `${name}=1e3`,
              `${name}=${'9'.repeat(30)}`,
            );
          }
        }
        for (const query of queries) {
          const { status } = await refuses({ url: `${url}?${query}`, ...body }, query);
          assert.equal(status, 400, `${operation.name}: ${query}`);
        }
      },
    );
  });

  it('with garbage in its path is refused by every operation', async () => {
    const garbage = [
      '%',
      '%ff',
      '%00',
      '%c3%28',
      '%2e%2e%2f',
      "'%20OR%201=1--",
      'x'.repeat(600),
      '%F0%9F%92%B3',
      '-1',
      '[]',
      'null',
    ];
    await forEverySample(
      (operation) => operation.pathNames.length > 0 && !isPublic(operation),
      async ({ operation, sample, refuses }) => {
        const body = sample.body === undefined ? {} : { body: JSON.stringify(sample.body) };
        for (const name of operation.pathNames) {
          for (const text of garbage) {
            const url = urlOf(operation, { ...sample, query: {}, path: { ...sample.path, [name]: 'PLACE' } });
            const isList = operation.name === 'GET /storedPaymentMethods/{tenantId}/contact/{contactId}';
            if (isList && name === 'contactId' && /^(?:%2e|'|%F0|-1|\[|null)/.test(text)) continue;
            await refuses({ url: url.replace('PLACE', text), ...body }, `${name} = ${text}`);
          }
        }
      },
    );
  });
});

/** Bytes are sent again at their offset: no key is needed for it, and none is looked at. */
const takesBytes = ({ name }: Operation): boolean => name === 'PUT /bulkLoads/{tenantId}/{loadId}/content';

describe('an Idempotency-Key', () => {
  it('that is malformed is refused by every operation that takes one', async () => {
    await forEverySample(
      (operation) => operation.method !== 'GET' && !ignoresUnknown(operation) && !takesBytes(operation),
      async ({ operation, sample, refuses }) => {
        for (const key of ['', 'a b', 'x'.repeat(256), 'schlüssel']) {
          const body = sample.body === undefined ? {} : { body: JSON.stringify(sample.body) };
          const headers = { 'idempotency-key': key };
          const answer = await refuses({ ...body, headers }, key);
          assert.equal(answer.body.reference, 'Idempotency-Key', operation.name);
        }
      },
    );
  });
});
